import type { Chunk } from '../../contract/schemas/render.ts'
import { settleFailed } from '../../database/generation-logs.ts'
import { completeJob } from '../../database/jobs.ts'
import type { Clients } from '../clients.ts'

/** Settles the pending items of a chunk that used up its attempts as failed, to end its batch. Idempotent. */
export async function failChunk({ sql }: Clients<'sql'>, { jobId, itemIds }: Chunk, reason: string): Promise<void> {
  const failed = itemIds.map((itemId) => ({ itemId, code: 'RENDER_FAILED' as const, message: reason, details: [] }))
  await sql.begin(async (transaction) => {
    await settleFailed(transaction, failed)
    await completeJob(transaction, jobId)
  })
}
