import type { TicketEvents } from '../../aws/ticket-events.ts'
import type { Chunk } from '../../contract/schemas/render.ts'
import type { Sql } from '../../database/client.ts'
import { settleFailed } from '../../database/generation-logs.ts'
import { completeJob } from '../../database/jobs.ts'
import { notifyCompleted } from './notify-completed.ts'

/** Settles the pending items of a chunk that used up its attempts as failed, to end its batch. Idempotent. */
export async function failChunk(
  clients: { sql: Sql; topic: TicketEvents },
  { jobId, itemIds }: Chunk,
  reason: string,
): Promise<void> {
  await clients.sql.begin(async (transaction) => {
    await settleFailed(
      transaction,
      itemIds.map((itemId) => ({ itemId, code: 'RENDER_FAILED', message: reason, details: [] })),
    )
    await completeJob(transaction, jobId)
  })
  await notifyCompleted(clients, jobId)
}
