import type * as z from 'zod'
import { readSpellings } from '../../contract/presented-code.ts'
import type { validateRequest } from '../../contract/schemas/trust.ts'
import type { Reason } from '../../contract/schemas/trust-answers.ts'
import type { Queryable } from '../../database/client.ts'
import type { DoorRow } from '../../database/doors.ts'
import { type DoorTicket, findPresentedTicket, insertRefusal, type Place, summarizeEntries } from '../../database/entries.ts'
import type { TicketRow } from '../../database/tickets.ts'
import type { TicketFacts } from '../../trust/qr-payload.ts'
import type { TicketSigner } from '../../trust/ticket-signer.ts'
import type { Clients } from '../clients.ts'

type Request = z.output<typeof validateRequest>
type Presented = Pick<Request, 'code' | 'qr'>

/** A presented code: the ticket code with the facts of a QR payload, or the reason why it is invalid. */
export type Reading =
  | { ticketCode: string; facts: TicketFacts | null; reason: null }
  | { ticketCode: null; facts: null; reason: Extract<Reason, 'malformed' | 'bad_signature' | 'unknown_key'> }

/**
 * Validates a presented code. A door recognises only tickets of its own event, and its refusals are recorded.
 * An invalid ticket returns only the reason and its entries so far; a checked-in one also when and where.
 */
export async function validateTicket({ sql, signer }: Clients<'sql' | 'signer'>, request: Request, door: DoorRow | null) {
  const reading = readPresented(signer, request)
  const place = placeOf(request, door)
  const shownExpiry = reading.facts?.expiresAt ?? null
  const found = reading.ticketCode === null ? undefined : await findPresentedTicket(sql, { ...reading, shownExpiry, ...place })
  const ticket = found && isTicketOf(found, reading) && (!door || found.event_id === door.event_id) ? found : undefined
  const reason = reading.reason ?? (ticket ? ticket.reason : 'unknown')
  if (reason && door) await insertRefusal(sql, { event_id: door.event_id, ticket_id: ticket?.id ?? null, reason, place })
  if (!ticket) return verdict(reason)
  const entry = await describeEntries(sql, ticket, { door, place })
  if (reason === 'checked_in')
    return { ...verdict(reason), ticket: describeTicket(ticket), checkedIn: describeCheckIn(ticket), entry }
  if (reason) return { ...verdict(reason), entry }
  return {
    ...verdict(null),
    ticket: describeTicket(ticket),
    guest: nameOf(ticket),
    event: { id: ticket.event_id, title: ticket.event_title },
    entry,
  }
}

/** Returns the device and place of a scan. A door's label replaces a missing device name. */
export function placeOf(
  { direction, gate, device, scanId }: Pick<Request, 'direction' | 'gate' | 'device' | 'scanId'>,
  door: DoorRow | null,
): Place {
  return {
    direction,
    door_id: door?.id ?? null,
    gate: gate ?? null,
    device: device ?? door?.label ?? null,
    scan_id: scanId ?? null,
  }
}

async function describeEntries(sql: Queryable, ticket: DoorTicket, { door, place }: { door: DoorRow | null; place: Place }) {
  const last = await summarizeEntries(sql, ticket.id)
  if (!last) return null
  return {
    count: last.count,
    firstAt: last.first_at.toISOString(),
    lastAt: last.scanned_at.toISOString(),
    gate: last.gate,
    device: last.device,
    sameDevice: last.device !== null && last.device === place.device && last.door_id === place.door_id,
    inside: ticket.inside,
    // Only a pass for the guest list may see names of refused tickets.
    guest: door && !door.guest_list ? null : nameOf(ticket),
  }
}

/** Reads a presented code without looking up the ticket. */
export function readPresented(signer: TicketSigner, { code, qr }: Presented): Reading {
  const read = readSpellings(qr ?? code ?? '')
  if (!read) return { ticketCode: null, facts: null, reason: 'malformed' }
  if ('code' in read) return { ticketCode: read.code, facts: null, reason: null }
  const { facts, reason } = signer.verify(read.qr)
  return facts ? { ticketCode: facts.ticketCode, facts, reason: null } : { ticketCode: null, facts: null, reason }
}

/** Checks that a payload belongs to a ticket. */
export function isTicketOf(ticket: TicketRow, { facts }: Pick<Reading, 'facts'>): boolean {
  return !facts || (facts.eventId === ticket.event_id && facts.guestId === ticket.guest_id)
}

function verdict(reason: Reason | null) {
  return { valid: reason === null, reason, ticket: null, guest: null, event: null, checkedIn: null, entry: null }
}

function describeTicket({ id, ticket_code, ticket_type }: DoorTicket) {
  return { id, ticketCode: ticket_code, ticketType: ticket_type }
}

function nameOf({ first_name, last_name }: DoorTicket) {
  return { firstName: first_name ?? '', lastName: last_name ?? '' }
}

/** Describes the newest entry of a ticket; null without one. */
export function describeCheckIn({ checked_in_at, checked_in_gate, checked_in_device }: TicketRow) {
  return checked_in_at && { at: checked_in_at.toISOString(), gate: checked_in_gate, device: checked_in_device }
}
