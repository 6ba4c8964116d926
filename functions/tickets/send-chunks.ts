import { type Priority, ticketsPerChunk } from '../contract/queues.ts'
import type { Chunk } from '../contract/render.ts'
import type { Sql } from '../database/client.ts'
import { findUnsentItems, markSent } from '../database/work-items.ts'
import type { RenderQueue } from '../render-queue.ts'

/** Is what sending chunks needs. */
export interface SendClients {
  sql: Sql
  queues: RenderQueue
}

/**
 * Sends the chunks of a batch that were not sent, and notes that they were. A crash between the two leaves them to the sweeper,
 * which may send some twice: a renderer prints a settled item no second time.
 * @throws QueueUnavailableError when SQS does not answer; the sweeper sends the chunks later.
 */
export async function sendPending(
  clients: SendClients,
  batch: { id: number; event_id: number; priority: Priority },
): Promise<void> {
  const chunks = chunksOf(batch.id, await findUnsentItems(clients.sql, batch.id))
  await sendChunks(clients, { eventId: batch.event_id, priority: batch.priority, chunks })
}

/** Sends chunks and notes that they were sent. */
export async function sendChunks(
  { sql, queues }: SendClients,
  { eventId, priority, chunks }: { eventId: number; priority: Priority; chunks: Chunk[] },
): Promise<void> {
  if (chunks.length === 0) return
  await queues.send(priority, eventId, chunks)
  await markSent(sql, chunks)
}

/** Cuts the items of a job into chunks. */
export function chunksOf(jobId: number, itemIds: number[]): Chunk[] {
  return Array.from({ length: Math.ceil(itemIds.length / ticketsPerChunk) }, (_, at) => ({
    jobId,
    itemIds: itemIds.slice(at * ticketsPerChunk, (at + 1) * ticketsPerChunk),
  }))
}
