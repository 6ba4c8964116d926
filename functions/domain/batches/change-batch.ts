import type { RenderQueue } from '../../aws/render-queue.ts'
import type { TicketEvents } from '../../aws/ticket-events.ts'
import { qrOptions } from '../../contract/schemas/requests.ts'
import type { Queryable, Sql } from '../../database/client.ts'
import { findEvent } from '../../database/events.ts'
import { lockGuests } from '../../database/guests.ts'
import { type BatchRow, completeJob, findBatch, reopenJob } from '../../database/jobs.ts'
import { findTemplateVersion } from '../../database/templates.ts'
import { cancelItems, lockFailedItems, reopenItems } from '../../database/work-items.ts'
import type { TicketSigner } from '../../trust/ticket-signer.ts'
import { BatchNotFoundError, EventNotFoundError, TemplateNotFoundError } from '../errors.ts'
import { findKeptVersions } from '../templates/choose-version.ts'
import { writeTickets } from '../tickets/write-tickets.ts'
import { failureOf } from './accept-batch.ts'
import { leaveToSweeper } from './leave-to-sweeper.ts'
import { notifyCompleted } from './notify-completed.ts'
import { sendPending } from './send-chunks.ts'

/**
 * Cancels what has not been printed of a batch. What a renderer prints at this moment is not kept. Idempotent: a batch that has ended
 * stays as it is.
 * @throws BatchNotFoundError when no batch has this id.
 */
export async function cancelBatch(clients: { sql: Sql; topic: TicketEvents }, batchId: string) {
  const { batch, changedCount } = await clients.sql.begin(async (transaction) => {
    const found = await find(transaction, batchId)
    // Items before their job, as a renderer locks them: neither then waits for the other in a circle.
    const cancelled = await cancelItems(transaction, found.id)
    await completeJob(transaction, found.id)
    return { batch: found, changedCount: cancelled }
  })
  await notifyCompleted(clients, batch.id).catch(leaveToSweeper)
  return { batchId, status: changedCount > 0 ? ('cancelled' as const) : batch.status, changedCount }
}

/**
 * Queues the failed tickets of a batch again, with the same codes and the same versions of its template. A guest who was unknown gets a ticket if registered by now; what still
 * cannot be printed stays failed. Safe while the batch is being printed.
 * @throws BatchNotFoundError when no batch has this id.
 */
export async function retryBatch(clients: { sql: Sql; signer: TicketSigner; queues: RenderQueue }, batchId: string) {
  const { batch, opened } = await clients.sql.begin(async (transaction) => {
    const found = await find(transaction, batchId)
    // Items first, then tickets, then their job, as a renderer locks them.
    const itemIds = await reopenFailed({ sql: transaction, signer: clients.signer }, found)
    if (itemIds.length > 0) await reopenJob(transaction, found.id)
    // Another retry, which this one waited for, may have opened the batch meanwhile.
    return { batch: await find(transaction, batchId), opened: itemIds }
  })
  if (opened.length > 0) await sendPending(clients, batch, opened).catch(leaveToSweeper)
  return { batchId, status: opened.length > 0 ? ('processing' as const) : batch.status, changedCount: opened.length }
}

async function find(sql: Queryable, batchId: string): Promise<BatchRow> {
  const batch = await findBatch(sql, batchId)
  if (!batch) throw new BatchNotFoundError(batchId)
  return batch
}

/** Opens the failed items again that can be printed by now, and gives their ids. */
async function reopenFailed({ sql, signer }: { sql: Queryable; signer: TicketSigner }, batch: BatchRow): Promise<number[]> {
  const event = await findEvent(sql, batch.event_id)
  if (!event) throw new EventNotFoundError(batch.event_id)
  const template = await findTemplateVersion(sql, batch.template_id, batch.template_version)
  if (!template) throw new TemplateNotFoundError(batch.template_id)
  const failed = await lockFailedItems(sql, batch.id)
  const guestIds = failed.map((item) => item.guest_id)
  const guests = await lockGuests(sql, event.id, guestIds)
  // A version that the request named is that of the tickets since then, too.
  const keptVersions = await findKeptVersions(sql, { eventId: event.id, templateId: template.id }, guestIds)
  const possible = guests.filter((guest) => {
    const own = keptVersions.get(guest.id) ?? template
    return failureOf({ guestId: guest.id, guest, event, template: own }).length === 0
  })
  if (possible.length === 0) return []
  const qr = Object.keys(batch.qr_options).length > 0 ? qrOptions.parse(batch.qr_options) : undefined
  const order = {
    jobId: batch.id,
    eventId: event.id,
    templateId: template.id,
    templateVersion: template.version,
    keptVersions,
    qr,
    expiresAt: batch.expires_at ?? undefined,
  }
  const tickets = await writeTickets(
    { sql, signer },
    order,
    possible.map(({ id }) => id),
  )
  const again = failed.flatMap(({ id, guest_id }) => {
    const ticketId = tickets.get(guest_id)
    return ticketId ? [{ id, ticketId }] : []
  })
  await reopenItems(sql, again)
  return again.map(({ id }) => id)
}
