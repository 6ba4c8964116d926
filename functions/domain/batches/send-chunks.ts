import { QueueUnavailableError } from '../../aws/reach.ts'
import { firstChunks, ticketsPerChunk } from '../../contract/queues.ts'
import type { Chunk } from '../../contract/schemas/render.ts'
import { markSent, type QueuedBatch } from '../../database/jobs.ts'
import { findItemsToSend } from '../../database/work-items.ts'
import { reportFault } from '../../runtime/telemetry.ts'
import type { Clients } from '../clients.ts'

/**
 * Queues the items of a batch that have not been queued, and records that. A crash in between queues some
 * twice, harmlessly. `reopened` items are always queued: a concurrent call may have recorded them as sent.
 * @throws QueueUnavailableError when SQS is unavailable; the sweeper queues the chunks later.
 */
export async function sendPending(
  clients: Clients<'sql' | 'queues'>,
  batch: QueuedBatch,
  reopened: number[] = [],
): Promise<void> {
  const items = await findItemsToSend(clients.sql, batch.id, { sentToo: false })
  await sendItems(clients, batch, [...new Set([...items.map(({ id }) => id), ...reopened])])
}

/** Queues items of a batch as chunks, and records that all its pending items were queued. */
export async function sendItems(
  { sql, queues }: Clients<'sql' | 'queues'>,
  batch: QueuedBatch,
  itemIds: number[],
): Promise<void> {
  if (itemIds.length === 0) return
  await queues.send(batch.priority, batch.event_id, chunksOf(batch.id, itemIds))
  await markSent(sql, batch.id)
}

/** Splits the items of a job into chunks; the first ones are small, so that the first tickets appear soon. */
export function chunksOf(jobId: number, itemIds: number[]): Chunk[] {
  const chunks: Chunk[] = []
  for (let start = 0; start < itemIds.length; ) {
    const size = chunks.length < firstChunks.count ? firstChunks.tickets : ticketsPerChunk
    chunks.push({ jobId, itemIds: itemIds.slice(start, start + size) })
    start += size
  }
  return chunks
}

/** Tolerates an unavailable queue: the batch is committed, so the sweeper sends it later. */
export function deferToSweeper(error: unknown): void {
  if (!(error instanceof QueueUnavailableError)) throw error
  reportFault(error, error, { batch: 'deferred to the sweeper' })
}
