import type { Queryable } from './client.ts'
import type { TicketRow } from './tickets.ts'

/** Is a ticket with what a door shows of its guest and event. */
export interface DoorTicket extends TicketRow {
  first_name: string | null
  last_name: string | null
  ticket_type: string | null
  event_title: string
}

/** Reads the ticket of a code, in one statement. */
export async function findTicketOfCode(sql: Queryable, ticketCode: string): Promise<DoorTicket | undefined> {
  const [row] = await sql<DoorTicket[]>`
    SELECT ticket.*, guest.first_name, guest.last_name, guest.ticket_type, event.title AS event_title
    FROM generated_tickets ticket
    JOIN guests guest ON guest.event_id = ticket.event_id AND guest.id = ticket.guest_id
    JOIN events event ON event.id = ticket.event_id
    WHERE ticket.ticket_code = ${ticketCode}`
  return row
}

/** Is who checks a ticket in, and where. `doorId` is null where Core does, `eventId` where any event's ticket may be. */
export interface CheckIn {
  ticketId: number
  eventId: number | null
  doorId: number | null
  gate: string | null
  device: string | null
  scanId: string | null
}

/**
 * Checks a ticket in and writes that down, in one guarded statement: of many at once, one gets the row.
 * @returns Nothing where the ticket is checked in already, retired, past its time, or not this event's.
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
 * Takes a check-in back and writes that down, with when and where it was, in one guarded statement.
 * @returns Nothing where the ticket is not checked in, retired, or not this event's.
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
