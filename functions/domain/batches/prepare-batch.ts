import { ownData } from '../../contract/schemas/guests.ts'
import type { PrepareRequest } from '../../contract/schemas/render.ts'
import type { Queryable } from '../../database/client.ts'
import type { EventRow } from '../../database/events.ts'
import { type GuestRow, lockGuests, mergeGuests } from '../../database/guests.ts'
import { type BatchRow, completeJob, findBatchDetails } from '../../database/jobs.ts'
import { hasUnpreparedItems, lockUnpreparedItems, settlePrepared, type UnpreparedItem } from '../../database/work-items.ts'
import type { Clients, SigningTransaction } from '../clients.ts'
import { requireEvent } from '../events/read-events.ts'
import { guestOf } from '../guests/ticket-subject.ts'
import { findVersion } from '../templates/choose-version.ts'
import { writeTickets } from '../tickets/write-tickets.ts'
import { assessGuests, orderOf } from './assess-guests.ts'
import { deferToSweeper, sendItems, sendPending } from './send-chunks.ts'

// A transaction of this size takes half a second: a caller barely waits, and the renderers soon have work.
const itemsPerTransaction = 2_000

/**
 * Prepares the items of a batch in the transaction that wrote or reopened them, unless there are many:
 * `startPrinting` leaves those to the background.
 * @returns The ids of the items to print.
 */
export async function prepareFew(clients: SigningTransaction, batch: BatchRow, itemCount: number): Promise<number[]> {
  return itemCount <= itemsPerTransaction ? (await prepareNext(clients, batch, 0)).ids : []
}

/**
 * Queues the prepared items of a batch after their transaction, or starts the preparation in the background.
 * If the queue or that function is unavailable, the sweeper does it later.
 */
export async function startPrinting(
  clients: Clients<'sql' | 'queues' | 'preparer'>,
  batch: BatchRow,
  preparedIds: number[] = [],
): Promise<void> {
  const hasMore = await hasUnpreparedItems(clients.sql, batch.id)
  await (hasMore ? clients.preparer.start({ jobId: batch.id }) : sendPending(clients, batch, preparedIds)).catch(deferToSweeper)
}

/**
 * Prepares the items of a batch in the background: gives each guest a ticket, or fails the item, and queues
 * the tickets. Each transaction takes a limited number, so that printing starts with the first of them and a crash
 * loses none. Idempotent; concurrent calls share the work.
 * @returns The number of items to print.
 */
export async function prepareBatch(clients: Clients<'sql' | 'signer' | 'queues'>, { jobId }: PrepareRequest): Promise<number> {
  const batch = await findBatchDetails(clients.sql, jobId)
  if (!batch) return 0
  // An earlier attempt may have prepared items without queuing them.
  await sendPending(clients, batch)
  let count = 0
  let lastId = 0
  do {
    const after = lastId
    const next = await clients.sql.begin((transaction) => prepareNext({ ...clients, sql: transaction }, batch, after))
    await sendItems(clients, batch, next.ids)
    count += next.ids.length
    lastId = next.lastId
  } while (lastId > 0)
  await clients.sql.begin((transaction) => completeJob(transaction, jobId))
  return count
}

/**
 * Prepares the next items of a batch; returns those to print, and the last id that it took, 0 if none was
 * left.
 */
async function prepareNext(clients: SigningTransaction, batch: BatchRow, after: number) {
  const items = await lockUnpreparedItems(clients.sql, batch.id, { after, limit: itemsPerTransaction })
  const lastId = items.at(-1)?.id ?? 0
  return { ids: lastId ? await prepareItems(clients, batch, items) : [], lastId }
}

/**
 * Gives the guest of each item a ticket, or fails the item with the reason. The transaction must hold the
 * items' locks.
 */
async function prepareItems({ sql, signer }: SigningTransaction, batch: BatchRow, items: UnpreparedItem[]): Promise<number[]> {
  const event = await requireEvent(sql, batch.event_id)
  const { template_id: templateId, template_version: templateVersion } = batch
  const template = await findVersion(sql, { templateId, templateVersion })
  const guests = await mergeGiven(sql, { batch, event, items })
  const retained = new Set(items.flatMap(({ ticket_id, guest_id }) => (ticket_id === null ? [] : [guest_id])))
  const choice = { retained, templateId, templateVersion: batch.version_named ? templateVersion : undefined }
  const guestIds = items.map(({ guest_id }) => guest_id).toSorted((one, other) => one - other)
  const { keptVersions, failures, possible } = await assessGuests(sql, { event, template, choice }, { guestIds, guests })
  const tickets = await writeTickets({ sql, signer }, { ...orderOf(batch), keptVersions }, possible)
  const prepared = items.map(({ id, guest_id }) => ({ id, ticketId: tickets.get(guest_id), failure: failures.get(guest_id) }))
  await settlePrepared(sql, prepared)
  return prepared.filter(({ failure }) => !failure).map(({ id }) => id)
}

/** Merges the data given in the request into its guests, and returns the registered ones, locked. */
async function mergeGiven(
  sql: Queryable,
  { batch, event, items }: { batch: BatchRow; event: EventRow; items: UnpreparedItem[] },
): Promise<GuestRow[]> {
  const inOrder = items.toSorted((one, other) => one.guest_id - other.guest_id)
  const ids = inOrder.map(({ guest_id }) => guest_id)
  const registered = await lockGuests(sql, event.id, ids)
  const given = inOrder.filter((item) => Object.keys(item.given).length > 0)
  const changes = given.map((item) => guestOf(item.guest_id, ownData.parse(item.given), event))
  // The guests are already locked in id order: a consistent lock order prevents deadlock.
  if (changes.length > 0) await mergeGuests(sql, changes, batch.id)
  return changes.length > 0 ? await lockGuests(sql, event.id, ids) : registered
}
