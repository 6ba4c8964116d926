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

/**
 * A check-in to make or undo. `doorId` is null for a check-in by Core, `eventId` where tickets of any event are
 * accepted; `ticketCode` and `shownExpiry` are what the presented code says, null where none is presented.
 */
export interface CheckIn {
  ticketId: number
  ticketCode: string | null
  shownExpiry: Date | null
  eventId: number | null
  doorId: number | null
  gate: string | null
  device: string | null
  scanId: string | null
}

/** A ticket, and whether the call changed it: else it is as it was found, under its lock. */
export type CheckInChange = TicketRow & { changed: boolean }

/**
 * Checks a ticket in and audits it, in one guarded statement; of several concurrent calls, the first changes
 * it. The row is locked before it is judged, so that a refusal shows the very state that it was decided by.
 * @returns undefined where there is no such ticket of the event.
 */
export async function checkIn(sql: Queryable, place: CheckIn): Promise<CheckInChange | undefined> {
  const [row] = await sql<CheckInChange[]>`
    WITH found AS (${lockTicket(sql, place)}), entered AS (
      UPDATE generated_tickets ticket
      SET checked_in_at = NOW(), checked_in_gate = ${place.gate}, checked_in_device = ${place.device},
          checked_in_scan_id = ${place.scanId}, checked_in_door_id = ${place.doorId}, updated_at = NOW()
      FROM found
      WHERE ticket.id = found.id AND found.checked_in_at IS NULL AND found.revoked_at IS NULL
        AND COALESCE(LEAST(found.expires_at, ${place.shownExpiry}::timestamptz) > NOW(), TRUE)
      RETURNING ticket.*
    ), noted AS (
      INSERT INTO ticket_audit (action, event_id, ticket_id, door_id, gate, device, details)
      SELECT 'check_in', event_id, id, ${place.doorId}::bigint, checked_in_gate, checked_in_device,
             JSONB_STRIP_NULLS(JSONB_BUILD_OBJECT('scanId', checked_in_scan_id))
      FROM entered
    )
    SELECT TRUE AS changed, * FROM entered
    UNION ALL SELECT FALSE, * FROM found WHERE NOT EXISTS (SELECT FROM entered)`
  return row
}

/**
 * Undoes a check-in and audits it with its time and place, in one guarded statement. A door undoes only what
 * its own device checked in, and names the scan if there was one.
 * @returns undefined where there is no such ticket of the event.
 */
export async function undoCheckIn(sql: Queryable, place: CheckIn): Promise<CheckInChange | undefined> {
  const [row] = await sql<CheckInChange[]>`
    WITH found AS (${lockTicket(sql, place)}), undone AS (
      UPDATE generated_tickets ticket
      SET checked_in_at = NULL, checked_in_gate = NULL, checked_in_device = NULL, checked_in_scan_id = NULL,
          checked_in_door_id = NULL, updated_at = NOW()
      FROM found
      WHERE ticket.id = found.id AND found.checked_in_at IS NOT NULL AND found.revoked_at IS NULL
        AND (${place.doorId}::bigint IS NULL
             OR (found.checked_in_door_id, found.checked_in_device, found.checked_in_scan_id)
                IS NOT DISTINCT FROM (${place.doorId}::bigint, ${place.device}::text, ${place.scanId}::uuid))
      RETURNING ticket.*
    ), noted AS (
      INSERT INTO ticket_audit (action, event_id, ticket_id, door_id, gate, device, details)
      SELECT 'undo', undone.event_id, undone.id, ${place.doorId}::bigint, ${place.gate}, ${place.device},
             JSONB_BUILD_OBJECT('checkedInAt', found.checked_in_at, 'gate', found.checked_in_gate, 'device', found.checked_in_device)
      FROM undone JOIN found ON found.id = undone.id
    )
    SELECT TRUE AS changed, * FROM undone
    UNION ALL SELECT FALSE, * FROM found WHERE NOT EXISTS (SELECT FROM undone)`
  return row
}

function lockTicket(sql: Queryable, { ticketId, ticketCode, eventId }: CheckIn) {
  return sql`
    SELECT * FROM generated_tickets
    WHERE id = ${ticketId} AND ticket_code = COALESCE(${ticketCode}, ticket_code) AND event_id = COALESCE(${eventId}, event_id)
    FOR UPDATE`
}
