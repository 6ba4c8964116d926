import { qrOptions } from '../../contract/schemas/requests.ts'
import type { Queryable } from '../../database/client.ts'
import type { EventRow } from '../../database/events.ts'
import type { ItemFailure } from '../../database/generation-logs.ts'
import type { GuestRow } from '../../database/guests.ts'
import type { BatchRow } from '../../database/jobs.ts'
import type { TemplateRow } from '../../database/templates.ts'
import { MissingDataError } from '../errors.ts'
import { missingVariables, timeProblems } from '../guests/ticket-subject.ts'
import { findKeptVersions, type TemplateChoice } from '../templates/choose-version.ts'
import type { TicketOrder } from '../tickets/write-tickets.ts'

/** The facts that the tickets of a batch are made from. */
interface BatchFacts {
  event: EventRow
  template: TemplateRow
  choice: TemplateChoice & { retained: ReadonlySet<number> }
}

/**
 * Finds, before anything is printed, the versions that guests' tickets keep, and the guests who cannot get a
 * ticket, with the reason. `guests` are the registered ones of `guestIds`; the transaction must hold their
 * locks.
 */
export async function assessGuests(
  sql: Queryable,
  { event, template, choice }: BatchFacts,
  { guestIds, guests }: { guestIds: number[]; guests: GuestRow[] },
) {
  const keptVersions = await findKeptVersions(sql, { ...choice, eventId: event.id }, guestIds)
  const known = new Map(guests.map((guest) => [guest.id, guest]))
  const assess = (guestId: number): ItemFailure | undefined => {
    const guest = known.get(guestId)
    if (choice.retained.has(guestId) && !keptVersions.has(guestId)) return revoked
    if (guest) return findFailure(guest, event, keptVersions.get(guestId) ?? template)
    return { code: 'GUEST_NOT_FOUND', message: `Guest ${guestId} is not registered for event ${event.id}.`, details: [] }
  }
  const failures = new Map<number, ItemFailure>()
  for (const guestId of guestIds) {
    const failure = assess(guestId)
    if (failure) failures.set(guestId, failure)
  }
  return { keptVersions, failures, possible: guestIds.filter((guestId) => !failures.has(guestId)) }
}

const revoked: ItemFailure = { code: 'TICKET_REVOKED', message: 'The ticket was revoked before it was printed.', details: [] }

function findFailure(guest: GuestRow, event: EventRow, template: TemplateRow): ItemFailure | undefined {
  const details = timeProblems(guest)
  if (details.length > 0)
    return { code: 'VALIDATION_FAILED', message: `The entry times of guest ${guest.id} are not in order.`, details }
  const missing = missingVariables(template, event, guest)
  if (missing.length === 0) return undefined
  const { code, message, details: fields } = new MissingDataError(missing)
  return { code, message, details: fields }
}

/** Converts a batch to the order for its tickets. */
export function orderOf(batch: BatchRow): TicketOrder {
  return {
    jobId: batch.id,
    eventId: batch.event_id,
    templateId: batch.template_id,
    templateVersion: batch.template_version,
    qr: Object.keys(batch.qr_options).length > 0 ? qrOptions.parse(batch.qr_options) : undefined,
    validFrom: batch.valid_from ?? undefined,
    expiresAt: batch.expires_at ?? undefined,
  }
}
