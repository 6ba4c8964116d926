import type { Queryable } from '../../database/client.ts'
import { lockGuests } from '../../database/guests.ts'
import { type BatchRow, completeJob, findBatch, reopenJob } from '../../database/jobs.ts'
import { revokeTickets } from '../../database/revocations.ts'
import { findUnprintedTickets } from '../../database/tickets.ts'
import { cancelItems, hasUnpreparedItems, reopenFailedItems } from '../../database/work-items.ts'
import { currentOrigin } from '../../runtime/tracing.ts'
import type { Clients } from '../clients.ts'
import { BatchNotFoundError } from '../errors.ts'
import { prepareFew, startPrinting } from './prepare-batch.ts'
import { deferToSweeper } from './send-chunks.ts'

/**
 * Cancels the pending items of a batch; prints in progress are discarded. Tickets that were never printed are
 * revoked: a code that nobody was given opens no door, with or without a network. Idempotent: a batch that has
 * ended stays unchanged.
 * @throws BatchNotFoundError when no batch has this id.
 */
export async function cancelBatch({ sql }: Clients<'sql'>, batchId: string) {
  const { batch, changedCount } = await sql.begin(async (transaction) => {
    const found = await find(transaction, batchId)
    // Items before their job, as a renderer locks them: a consistent lock order prevents deadlock.
    const guestIds = await cancelItems(transaction, found.id)
    await revokeUnprinted(transaction, found, guestIds)
    await completeJob(transaction, found.id)
    return { batch: found, changedCount: guestIds.length }
  })
  return { batchId, status: changedCount > 0 ? ('cancelled' as const) : batch.status, changedCount }
}

/**
 * Queues the failed tickets of a batch again, with the same codes and template versions. A guest who was not
 * registered gets a ticket if registered by now; items that still cannot be printed fail again. Safe while
 * the batch is being printed.
 * @throws BatchNotFoundError when no batch has this id.
 */
export async function retryBatch(clients: Clients<'sql' | 'signer' | 'queues' | 'preparer'>, batchId: string) {
  const { batch, changedCount, preparedIds } = await clients.sql.begin(async (sql) => {
    const found = await find(sql, batchId)
    // Items first, then tickets, then their job, as a renderer locks them.
    const reopenedCount = await reopenFailedItems(sql, found.id)
    const ids = await prepareFew({ sql, signer: clients.signer }, found, reopenedCount)
    const changed = (await hasUnpreparedItems(sql, found.id)) ? reopenedCount : ids.length
    if (changed > 0) await reopenJob(sql, found.id, currentOrigin().requestId ?? null)
    // A concurrent retry may have reopened the batch while this one waited for its locks.
    return { batch: await find(sql, batchId), changedCount: changed, preparedIds: ids }
  })
  if (changedCount > 0) await startPrinting(clients, batch, preparedIds).catch(deferToSweeper)
  return { batchId, status: changedCount > 0 ? ('processing' as const) : batch.status, changedCount }
}

async function revokeUnprinted(sql: Queryable, batch: BatchRow, guestIds: number[]): Promise<void> {
  // Whoever writes these guests' tickets waits, or has moved them to another job by now.
  await lockGuests(sql, batch.event_id, guestIds)
  const ticketIds = await findUnprintedTickets(sql, batch.id, guestIds)
  if (ticketIds.length > 0) await revokeTickets(sql, { eventId: batch.event_id, ticketIds }, 'revoke')
}

async function find(sql: Queryable, batchId: string): Promise<BatchRow> {
  const batch = await findBatch(sql, batchId)
  if (!batch) throw new BatchNotFoundError(batchId)
  return batch
}
