import type * as z from 'zod'
import { readSpellings } from '../../contract/presented-code.ts'
import type { validateRequest } from '../../contract/schemas/trust.ts'
import type { Reason } from '../../contract/schemas/trust-answers.ts'
import { type DoorTicket, findTicketOfCode } from '../../database/check-ins.ts'
import type { DoorRow } from '../../database/doors.ts'
import type { TicketRow } from '../../database/tickets.ts'
import type { TicketFacts } from '../../trust/qr-payload.ts'
import type { TicketSigner } from '../../trust/ticket-signer.ts'
import type { Clients } from '../clients.ts'

type Presented = z.output<typeof validateRequest>

/** A presented code: the ticket code with the facts of a QR payload, or the reason why it is invalid. */
export type Reading =
  | { ticketCode: string; facts: TicketFacts | null; reason: null }
  | { ticketCode: null; facts: null; reason: Exclude<Reason, 'unknown' | 'revoked' | 'superseded' | 'expired' | 'checked_in'> }

/**
 * Validates a presented code; a door recognises only tickets of its own event. An invalid ticket returns only
 * the reason; one that is checked in also when and where.
 */
export async function validateTicket({ sql, signer }: Clients<'sql' | 'signer'>, presented: Presented, door: DoorRow | null) {
  const reading = readPresented(signer, presented)
  if (reading.reason !== null) return verdict(reading.reason)
  const ticket = await findTicketOfCode(sql, reading.ticketCode)
  if (!ticket || !isTicketOf(ticket, reading) || (door && ticket.event_id !== door.event_id)) return verdict('unknown')
  const reason = reasonOf(ticket, reading.facts)
  if (reason === 'checked_in') return { ...verdict(reason), ticket: describeTicket(ticket), checkedIn: describeCheckIn(ticket) }
  if (reason) return verdict(reason)
  return {
    ...verdict(null),
    ticket: describeTicket(ticket),
    guest: { firstName: ticket.first_name ?? '', lastName: ticket.last_name ?? '' },
    event: { id: ticket.event_id, title: ticket.event_title },
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

/** Returns why a ticket admits nobody at a given time, or null. Revocation and check-in count as of now. */
export function reasonOf(ticket: TicketRow, facts: TicketFacts | null, at = new Date()): Reason | null {
  if (ticket.revoked_at) return ticket.superseded_by ? 'superseded' : 'revoked'
  if (facts?.expiresAt && facts.expiresAt <= at) return 'expired'
  if (ticket.expires_at && ticket.expires_at <= at) return 'expired'
  return ticket.checked_in_at ? 'checked_in' : null
}

function verdict(reason: Reason | null) {
  return { valid: reason === null, reason, ticket: null, guest: null, event: null, checkedIn: null }
}

function describeTicket({ id, ticket_code, ticket_type }: DoorTicket) {
  return { id, ticketCode: ticket_code, ticketType: ticket_type }
}

function describeCheckIn({ checked_in_at, checked_in_gate, checked_in_device }: TicketRow) {
  return checked_in_at && { at: checked_in_at.toISOString(), gate: checked_in_gate, device: checked_in_device }
}
