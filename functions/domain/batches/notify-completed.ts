import type { Chunk } from '../../contract/schemas/render.ts'
import { countItems } from '../../database/batch-progress.ts'
import { settleFailed } from '../../database/generation-logs.ts'
import { claimNotification, completeJob } from '../../database/jobs.ts'
import type { Clients } from '../clients.ts'

/**
 * Publishes once that a batch has ended. Claim and message share a transaction; only a crash between SNS's
 * answer and the commit causes a second message. Does nothing where there is nothing to publish.
 */
export async function notifyCompleted({ sql, topic }: Clients<'sql' | 'topic'>, jobId: number): Promise<void> {
  await sql.begin(async (transaction) => {
    const batch = await claimNotification(transaction, jobId)
    if (!batch?.completed_at || batch.status === 'processing') return
    const { generated, failed, cancelled } = await countItems(transaction, jobId)
    await topic.publish({
      type: 'batch.completed',
      batchId: batch.batch_id,
      jobId,
      eventId: batch.event_id,
      status: batch.status,
      totalCount: batch.total_count,
      generatedCount: generated,
      failedCount: failed,
      cancelledCount: cancelled,
      completedAt: batch.completed_at.toISOString(),
    })
  })
}

/** Settles the pending items of a chunk that used up its attempts as failed, to end its batch. Idempotent. */
export async function failChunk(clients: Clients<'sql' | 'topic'>, { jobId, itemIds }: Chunk, reason: string): Promise<void> {
  await clients.sql.begin(async (transaction) => {
    await settleFailed(
      transaction,
      itemIds.map((itemId) => ({ itemId, code: 'RENDER_FAILED', message: reason, details: [] })),
    )
    await completeJob(transaction, jobId)
  })
  await notifyCompleted(clients, jobId)
}
