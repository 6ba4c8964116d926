import type { Queryable } from './client.ts'
import { type SubjectRow, subjectJoins } from './ticket-subject.ts'
import type { TicketRow } from './tickets.ts'

/** A ticket with the facts that a door shows of its guest and event. */
export type DoorTicket = TicketRow & Pick<SubjectRow, 'first_name' | 'last_name' | 'ticket_type' | 'event_title'>

/** Reads the ticket of a code. */
export async function findTicketOfCode(sql: Queryable, ticketCode: string): Promise<DoorTicket | undefined> {
  const [row] = await sql<DoorTicket[]>`
    SELECT ticket.*, guest.first_name, guest.last_name, guest.ticket_type, event.title AS event_title
    FROM generated_tickets ticket
    ${subjectJoins(sql)}
    WHERE ticket.ticket_code = ${ticketCode}`
  return row
}

/** A check-in to make or undo. `doorId` is null for a check-in by Core, `eventId` where tickets of any event are accepted. */
export interface CheckIn {
  ticketId: number
  eventId: number | null
  doorId: number | null
  gate: string | null
  device: string | null
  scanId: string | null
}

/**
 * Checks a ticket in and audits it, in one guarded statement; only one of several concurrent calls gets the
 * row.
 * @returns undefined where the ticket is already checked in, revoked, expired, or another event's.
 */
export async function checkIn(sql: Queryable, place: CheckIn): Promise<TicketRow | undefined> {
  const [row] = await sql<TicketRow[]>`
    WITH entered AS (
      UPDATE generated_tickets
      SET checked_in_at = NOW(), checked_in_gate = ${place.gate}, checked_in_device = ${place.device},
          checked_in_scan_id = ${place.scanId}, updated_at = NOW()
      WHERE id = ${place.ticketId} AND event_id = COALESCE(${place.eventId}, event_id)
        AND checked_in_at IS NULL AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > NOW())
      RETURNING *
    ), noted AS (
      INSERT INTO ticket_audit (action, event_id, ticket_id, door_id, gate, device, details)
      SELECT 'check_in', event_id, id, ${place.doorId}::bigint, checked_in_gate, checked_in_device,
             JSONB_STRIP_NULLS(JSONB_BUILD_OBJECT('scanId', checked_in_scan_id))
      FROM entered
    )
    SELECT * FROM entered`
  return row
}

/**
 * Undoes a check-in and audits it with its time and place, in one guarded statement.
 * @returns undefined where the ticket is not checked in, revoked, or another event's.
 */
export async function undoCheckIn(sql: Queryable, place: CheckIn): Promise<TicketRow | undefined> {
  const [row] = await sql<TicketRow[]>`
    WITH former AS (
      SELECT id, checked_in_at, checked_in_gate, checked_in_device FROM generated_tickets WHERE id = ${place.ticketId} FOR UPDATE
    ), undone AS (
      UPDATE generated_tickets ticket
      SET checked_in_at = NULL, checked_in_gate = NULL, checked_in_device = NULL, checked_in_scan_id = NULL, updated_at = NOW()
      FROM former
      WHERE ticket.id = former.id AND ticket.event_id = COALESCE(${place.eventId}, ticket.event_id)
        AND former.checked_in_at IS NOT NULL AND ticket.revoked_at IS NULL
      RETURNING ticket.*
    ), noted AS (
      INSERT INTO ticket_audit (action, event_id, ticket_id, door_id, gate, device, details)
      SELECT 'undo', undone.event_id, undone.id, ${place.doorId}::bigint, ${place.gate}, ${place.device},
             JSONB_BUILD_OBJECT('checkedInAt', former.checked_in_at, 'gate', former.checked_in_gate, 'device', former.checked_in_device)
      FROM undone JOIN former ON former.id = undone.id
    )
    SELECT * FROM undone`
  return row
}
