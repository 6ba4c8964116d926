import type { TicketEvents } from '../../aws/ticket-events.ts'
import { countItems } from '../../database/batch-progress.ts'
import type { Sql } from '../../database/client.ts'
import { claimNotification } from '../../database/jobs.ts'

/**
 * Tells the topic that a batch has ended, once: the claim and the message go in one transaction, so that two at once send one message and
 * a message that could not be sent is sent by the sweeper. Only a crash in the instant between SNS's answer and the commit sends a second.
 * Does nothing for a single generation, for a batch that goes on, and for one that was told of.
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
