import type * as z from 'zod'
import type { checkInRequest } from '../../contract/schemas/trust.ts'
import { type CheckIn, checkIn, undoCheckIn } from '../../database/check-ins.ts'
import type { DoorRow } from '../../database/doors.ts'
import type { TicketRow } from '../../database/tickets.ts'
import { ValidationError } from '../../errors.ts'
import { emitMetrics } from '../../runtime/telemetry.ts'
import type { Clients } from '../clients.ts'
import { AlreadyCheckedInError, TicketExpiredError, TicketNotFoundError, TicketRevokedError } from '../errors.ts'
import { readPresented } from './validate-ticket.ts'

type Request = z.output<typeof checkInRequest> & { ticketId: number; door: DoorRow | null }

/**
 * Checks a ticket in; only one of several concurrent scans succeeds. Idempotent by scan id. `undo` reverses
 * it. A door's label stands in for a missing device name.
 * @throws ValidationError when a door presents no code, AlreadyCheckedInError, TicketRevokedError,
 * TicketExpiredError, or TicketNotFoundError, also for another event's ticket or another ticket's code.
 */
export async function checkInTicket({ sql, signer }: Clients<'sql' | 'signer'>, { undo, code, qr, ...request }: Request) {
  const { door, ticketId } = request
  const isShown = code !== undefined || qr !== undefined
  // Ids are consecutive: whoever holds a pass could otherwise check any guest in or out.
  if (door && !isShown)
    throw new ValidationError('A door presents the code of the ticket.', [
      { path: 'code', problem: 'is required with a door pass, or qr' },
    ])
  const shown = isShown ? readPresented(signer, { code, qr }) : undefined
  const place: CheckIn = {
    ticketId,
    ticketCode: shown ? (shown.ticketCode ?? '') : null,
    shownExpiry: shown?.facts?.expiresAt ?? null,
    eventId: door?.event_id ?? null,
    doorId: door?.id ?? null,
    gate: request.gate ?? null,
    device: request.device ?? door?.label ?? null,
    scanId: request.scanId ?? null,
  }
  const ticket = await (undo ? undoCheckIn : checkIn)(sql, place)
  if (!ticket) throw new TicketNotFoundError(ticketId)
  const refusal = ticket.changed ? undefined : undo ? refusalOfUndo(ticket) : refusalOf(ticket, place)
  if (!undo && refusal) emitMetrics([['check_ins_total', [1]]], { outcome: 'refused' })
  if (refusal) throw refusal
  // A repeated scan admits nobody else.
  if (!undo && ticket.changed) emitMetrics([['check_ins_total', [1]]], { outcome: 'admitted' })
  return describe(ticket)
}

/** Returns why a ticket was not checked in; undefined for a repeated scan. */
function refusalOf(ticket: TicketRow, { scanId }: CheckIn): Error | undefined {
  if (ticket.revoked_at) return new TicketRevokedError(ticket)
  if (scanId !== null && ticket.checked_in_scan_id === scanId) return undefined
  return ticket.checked_in_at ? new AlreadyCheckedInError(ticket) : new TicketExpiredError(ticket)
}

/** Returns why a check-in was not undone; undefined where there was none. */
function refusalOfUndo(ticket: TicketRow): Error | undefined {
  if (ticket.revoked_at) return new TicketRevokedError(ticket)
  return ticket.checked_in_at ? new AlreadyCheckedInError(ticket) : undefined
}

function describe({ id, ticket_code, checked_in_at, checked_in_gate, checked_in_device }: TicketRow) {
  return {
    ticketId: id,
    ticketCode: ticket_code,
    checkedInAt: checked_in_at?.toISOString() ?? null,
    gate: checked_in_gate,
    device: checked_in_device,
  }
}
