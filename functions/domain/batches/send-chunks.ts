import type { RenderQueue } from '../../aws/render-queue.ts'
import { firstChunks, type Priority, ticketsPerChunk } from '../../contract/queues.ts'
import type { Chunk } from '../../contract/schemas/render.ts'
import type { Sql } from '../../database/client.ts'
import { markSent } from '../../database/jobs.ts'
import { findItemsToSend } from '../../database/work-items.ts'

/** Is what sending chunks needs. */
export interface SendClients {
  sql: Sql
  queues: RenderQueue
}

/** Is a batch whose chunks are to be sent. */
export interface SentBatch {
  id: number
  event_id: number
  priority: Priority
}

/**
 * Sends the chunks of a batch that were not sent, and notes that they were. A crash between the two leaves them to the sweeper,
 * which may send some twice: a renderer prints a settled item no second time. `opened` are items that the caller opened again: they are sent
 * although the batch may have been noted as sent meanwhile, by who read it before.
 * @throws QueueUnavailableError when SQS does not answer; the sweeper sends the chunks later.
 */
export async function sendPending(clients: SendClients, batch: SentBatch, opened: number[] = []): Promise<void> {
  const items = await findItemsToSend(clients.sql, batch.id, { sentToo: false })
  await sendItems(clients, batch, [...new Set([...items.map(({ id }) => id), ...opened])])
}

/** Sends all that is still to be sent of a batch, and notes that it was. */
export async function sendItems({ sql, queues }: SendClients, batch: SentBatch, itemIds: number[]): Promise<void> {
  if (itemIds.length === 0) return
  await queues.send(batch.priority, batch.event_id, chunksOf(batch.id, itemIds))
  await markSent(sql, batch.id)
}

/** Cuts the items of a job into chunks; the first ones are small, so that the first tickets are soon there. */
export function chunksOf(jobId: number, itemIds: number[]): Chunk[] {
  const chunks: Chunk[] = []
  for (let start = 0; start < itemIds.length; ) {
    const size = chunks.length < firstChunks.count ? firstChunks.tickets : ticketsPerChunk
    chunks.push({ jobId, itemIds: itemIds.slice(start, start + size) })
    start += size
  }
  return chunks
}
