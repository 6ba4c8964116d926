import type { Queryable } from '../../database/client.ts'
import { findEvent } from '../../database/events.ts'
import { lockGuests } from '../../database/guests.ts'
import { type BatchRow, completeJob, findBatch, reopenJob } from '../../database/jobs.ts'
import { cancelItems, lockFailedItems, reopenItems } from '../../database/work-items.ts'
import type { Clients, SigningTransaction } from '../clients.ts'
import { BatchNotFoundError, EventNotFoundError } from '../errors.ts'
import { findVersion } from '../templates/choose-version.ts'
import { writeTickets } from '../tickets/write-tickets.ts'
import { assessGuests, orderOf } from './assess-guests.ts'
import { notifyCompleted } from './notify-completed.ts'
import { deferToSweeper, sendPending } from './send-chunks.ts'

/**
 * Cancels the pending items of a batch; prints in progress are discarded. Idempotent.
 * @throws BatchNotFoundError when no batch has this id.
 */
export async function cancelBatch(clients: Clients<'sql' | 'topic'>, batchId: string) {
  const { batch, changedCount } = await clients.sql.begin(async (transaction) => {
    const found = await find(transaction, batchId)
    // Items before their job, as a renderer locks them: a consistent lock order prevents deadlock.
    const cancelled = await cancelItems(transaction, found.id)
    await completeJob(transaction, found.id)
    return { batch: found, changedCount: cancelled }
  })
  await notifyCompleted(clients, batch.id).catch(deferToSweeper)
  return { batchId, status: changedCount > 0 ? ('cancelled' as const) : batch.status, changedCount }
}

/**
 * Queues the failed tickets of a batch again, with the same codes and versions; items that still cannot be
 * printed stay failed. Safe while the batch is being printed.
 * @throws BatchNotFoundError when no batch has this id.
 */
export async function retryBatch(clients: Clients<'sql' | 'signer' | 'queues'>, batchId: string) {
  const { batch, reopened } = await clients.sql.begin(async (transaction) => {
    const found = await find(transaction, batchId)
    // Items first, then tickets, then their job, as a renderer locks them.
    const itemIds = await reopenFailed({ sql: transaction, signer: clients.signer }, found)
    if (itemIds.length > 0) await reopenJob(transaction, found.id)
    // A concurrent retry may have reopened the batch while this one waited for its locks.
    return { batch: await find(transaction, batchId), reopened: itemIds }
  })
  if (reopened.length > 0) await sendPending(clients, batch, reopened).catch(deferToSweeper)
  return { batchId, status: reopened.length > 0 ? ('processing' as const) : batch.status, changedCount: reopened.length }
}

async function find(sql: Queryable, batchId: string): Promise<BatchRow> {
  const batch = await findBatch(sql, batchId)
  if (!batch) throw new BatchNotFoundError(batchId)
  return batch
}

/** Reopens the failed items that can be printed by now and returns their ids. */
async function reopenFailed({ sql, signer }: SigningTransaction, batch: BatchRow): Promise<number[]> {
  const event = await findEvent(sql, batch.event_id)
  if (!event) throw new EventNotFoundError(batch.event_id)
  const template = await findVersion(sql, { templateId: batch.template_id, templateVersion: batch.template_version })
  const failed = await lockFailedItems(sql, batch.id)
  const guestIds = failed.map((item) => item.guest_id)
  const guests = await lockGuests(sql, event.id, guestIds)
  // Where the request named a version, its tickets have it by now.
  const facts = { event, template, choice: { templateId: template.id } }
  const { keptVersions, possible } = await assessGuests(sql, facts, { guestIds, guests })
  if (possible.length === 0) return []
  const tickets = await writeTickets({ sql, signer }, { ...orderOf(batch), keptVersions }, possible)
  const again = failed.flatMap(({ id, guest_id }) => {
    const ticketId = tickets.get(guest_id)
    return ticketId ? [{ id, ticketId }] : []
  })
  await reopenItems(sql, again)
  return again.map(({ id }) => id)
}
