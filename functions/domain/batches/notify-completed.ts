import type { TicketEvents } from '../../aws/ticket-events.ts'
import { countItems } from '../../database/batch-progress.ts'
import type { Sql } from '../../database/client.ts'
import { claimNotification } from '../../database/jobs.ts'

/**
 * Publishes once that a batch has ended. Claim and message share a transaction; only a crash between SNS's
 * answer and the commit causes a second message. Does nothing where there is nothing to publish.
 */
export async function notifyCompleted({ sql, topic }: { sql: Sql; topic: TicketEvents }, jobId: number): Promise<void> {
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
