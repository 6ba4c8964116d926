import type * as z from 'zod'
import type { checkInRequest } from '../../contract/schemas/trust.ts'
import { type CheckIn, checkIn, undoCheckIn } from '../../database/check-ins.ts'
import type { Sql } from '../../database/client.ts'
import type { DoorRow } from '../../database/doors.ts'
import { findTicket, type TicketRow } from '../../database/tickets.ts'
import { emitMetrics } from '../../runtime/telemetry.ts'
import type { Clients } from '../clients.ts'
import { AlreadyCheckedInError, TicketExpiredError, TicketNotFoundError, TicketRevokedError } from '../errors.ts'

type Request = z.output<typeof checkInRequest> & { ticketId: number; door: DoorRow | null }

/**
 * Checks a ticket in; only one of several concurrent scans succeeds. Idempotent by scan id. `undo` reverses
 * it. A door's label stands in for a missing device name.
 * @throws AlreadyCheckedInError, TicketRevokedError, TicketExpiredError, or TicketNotFoundError, also for a
 * ticket of another event than the door's.
 */
export async function checkInTicket({ sql }: Clients<'sql'>, { undo, ...request }: Request) {
  const { door } = request
  const place: CheckIn = {
    ticketId: request.ticketId,
    eventId: door?.event_id ?? null,
    doorId: door?.id ?? null,
    gate: request.gate ?? null,
    device: request.device ?? door?.label ?? null,
    scanId: request.scanId ?? null,
  }
  const change = undo ? undoCheckIn : checkIn
  try {
    // The second attempt covers a check-in undone between the statement and the look at why it changed
    // nothing.
    const changed = await change(sql, place)
    const unchanged = changed ? undefined : await findUnchanged(sql, place, undo)
    const ticket = changed ?? unchanged ?? (await change(sql, place))
    if (!ticket) throw new TicketNotFoundError(place.ticketId)
    // A repeated scan admits nobody else.
    if (!undo && !unchanged) emitMetrics([['check_ins_total', [1]]], { outcome: 'admitted' })
    return describe(ticket)
  } catch (error) {
    if (!undo && isRefusal(error)) emitMetrics([['check_ins_total', [1]]], { outcome: 'refused' })
    throw error
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof AlreadyCheckedInError || error instanceof TicketRevokedError || error instanceof TicketExpiredError
}

/** Finds the ticket where there was nothing to change, and throws where a change was refused. */
async function findUnchanged(sql: Sql, place: CheckIn, undo: boolean): Promise<TicketRow | undefined> {
  const ticket = await findTicket(sql, place.ticketId)
  if (!ticket || ticket.event_id !== (place.eventId ?? ticket.event_id)) throw new TicketNotFoundError(place.ticketId)
  if (ticket.revoked_at) throw new TicketRevokedError(ticket)
  if (undo) return ticket
  if (place.scanId !== null && ticket.checked_in_scan_id === place.scanId) return ticket
  if (ticket.checked_in_at) throw new AlreadyCheckedInError(ticket)
  if (ticket.expires_at && ticket.expires_at <= new Date()) throw new TicketExpiredError(ticket)
  return undefined
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
