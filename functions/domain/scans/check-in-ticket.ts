import type * as z from 'zod'
import type { checkInRequest } from '../../contract/schemas/trust.ts'
import type { checkInAnswer } from '../../contract/schemas/trust-answers.ts'
import type { Sql } from '../../database/client.ts'
import type { DoorRow } from '../../database/doors.ts'
import * as entries from '../../database/entries.ts'
import { findTicket, type TicketRow } from '../../database/tickets.ts'
import { ValidationError } from '../../errors.ts'
import { emitMetrics } from '../../runtime/telemetry.ts'
import type { Clients } from '../clients.ts'
import {
  AlreadyCheckedInError,
  NotInsideError,
  TicketExpiredError,
  TicketNotFoundError,
  TicketNotYetValidError,
  TicketRevokedError,
} from '../errors.ts'
import { placeOf, readPresented } from './validate-ticket.ts'

type Request = z.output<typeof checkInRequest> & { ticketId: number; door: DoorRow | null }
type Answer = z.input<typeof checkInAnswer>

/**
 * Admits a guest, in or out, if the event's policy allows it; concurrent scans are judged in turn, each on
 * the state that the last one left. Idempotent by scan id. `undo` reverses a passage. A door's label replaces
 * a missing device name.
 * @throws ValidationError when a door presents no code and its pass does not cover the guest list,
 * AlreadyCheckedInError, NotInsideError, TicketRevokedError, TicketExpiredError, TicketNotYetValidError, or
 * TicketNotFoundError, also for another event's ticket or another ticket's code.
 */
export async function checkInTicket(clients: Clients<'sql' | 'signer'>, request: Request): Promise<Answer> {
  const { door, code, qr } = request
  const isShown = code !== undefined || qr !== undefined
  // Ids are consecutive, so the holder of a pass could otherwise check any guest in or out.
  if (door && !door.guest_list && !isShown)
    throw new ValidationError('A door must present the code of the ticket.', [
      { path: 'code', problem: 'is required with a door pass, or qr' },
    ])
  const answer = await passOrUndo(clients, request, isShown)
  // A door learns a code only from the guest who presents it.
  return door && !isShown ? { ...answer, ticketCode: null } : answer
}

async function passOrUndo({ sql, signer }: Clients<'sql' | 'signer'>, request: Request, isShown: boolean): Promise<Answer> {
  const { door, ticketId, code, qr } = request
  const shown = isShown ? readPresented(signer, { code, qr }) : undefined
  const passage: entries.Passage = {
    ticketId,
    eventId: door?.event_id ?? null,
    presented: shown ? { ticketCode: shown.ticketCode ?? '', shownExpiry: shown.facts?.expiresAt ?? null } : null,
    place: placeOf(request, door),
  }
  if (request.undo)
    return describeUndo(ticketId, await sql.begin((transaction) => entries.undoPassage(transaction, passage)), request)
  const change = await entries.makePassage(sql, passage)
  const { place } = passage
  if (!change && door)
    await entries.insertRefusal(sql, { event_id: door.event_id, ticket_id: null, reason: shown?.reason ?? 'unknown', place })
  if (!change) throw new TicketNotFoundError(ticketId)
  if (change.entry_id === null) return await describeRepeated(sql, change, passage.place)
  emitMetrics([['check_ins_total', [1]]], { outcome: change.refusal ? 'refused' : 'admitted' })
  if (change.refusal) throw refusalOf(change)
  const checkedInAt = place.direction === 'in' ? change.passed_at : change.checked_in_at
  return describe({ ...change, checked_in_at: checkedInAt, inside: place.direction === 'in' }, place)
}

/** Answers a settled scan: one that was admitted gets the same answer again, since it admits nobody else. */
async function describeRepeated(sql: Sql, change: entries.PassageChange, place: entries.Place): Promise<Answer> {
  const scan = await entries.findScan(sql, change.id, place)
  if (change.revoked_at) throw new TicketRevokedError(change)
  if (scan?.outcome !== 'admitted') throw change.refusal ? refusalOf(change) : new AlreadyCheckedInError(change)
  const ticket = (await findTicket(sql, change.id)) ?? change
  return describe({ ...ticket, ...(place.direction === 'in' ? { checked_in_at: scan.scanned_at } : {}) }, scan)
}

function describeUndo(ticketId: number, change: entries.UndoneChange | undefined, { direction }: Request): Answer {
  if (!change) throw new TicketNotFoundError(ticketId)
  if (change.revoked_at) throw new TicketRevokedError(change)
  if (change.undo === 'foreign') throw direction === 'in' ? new AlreadyCheckedInError(change) : new NotInsideError(change)
  const { checked_in_gate: gate, checked_in_device: device } = change
  return describe(change, { direction, gate, device })
}

function refusalOf(ticket: entries.PassageChange): Error {
  if (ticket.refusal === 'expired') return new TicketExpiredError(ticket)
  if (ticket.refusal === 'not_yet_valid') return new TicketNotYetValidError(ticket)
  if (ticket.refusal === 'not_inside') return new NotInsideError(ticket)
  return ticket.refusal === 'checked_in' ? new AlreadyCheckedInError(ticket) : new TicketRevokedError(ticket)
}

function describe(
  { id, ticket_code, checked_in_at, inside }: Pick<TicketRow, 'id' | 'ticket_code' | 'checked_in_at' | 'inside'>,
  { direction, gate, device }: Pick<Answer, 'direction' | 'gate' | 'device'>,
): Answer {
  const checkedInAt = checked_in_at?.toISOString() ?? null
  return { ticketId: id, ticketCode: ticket_code, checkedInAt, gate, device, direction, inside }
}
