import type { Reason } from '../contract/schemas/trust-answers.ts'
import { limitTo } from './changes.ts'
import type { Queryable } from './client.ts'
import { refusal } from './entries.ts'
import { searchGuests } from './guest-lists.ts'
import type { SubjectRow } from './ticket-subject.ts'
import type { TicketRow } from './tickets.ts'

/** A ticket as a door with the list of guests sees it. */
export type DoorGuestRow = TicketRow & Pick<SubjectRow, 'first_name' | 'last_name' | 'ticket_type'>

/** A ticket that a search found, and why it admits nobody now, if so. */
export type FoundGuestRow = DoorGuestRow & { reason: Reason | null }

/** A ticket that changed, or whose guest did, with the moment in microseconds since 1970. */
export type ChangedGuestRow = DoorGuestRow & { number: number }

/**
 * Reads the tickets of an event that changed after one moment and up to another, both in microseconds since 1970, in
 * that order, at most `limit` and those of the last moment.
 */
export async function findChangedGuests(
  sql: Queryable,
  { eventId, after, until, limit }: { eventId: number; after: number; until: number; limit: number },
): Promise<ChangedGuestRow[]> {
  return await sql<ChangedGuestRow[]>`
    WITH changed AS (
      SELECT id, changed_at FROM generated_tickets WHERE event_id = ${eventId} AND changed_at > ${moment(sql, after)}
      UNION ALL
      SELECT ticket.id, guest.changed_at
      FROM guests guest JOIN generated_tickets ticket ON ticket.event_id = guest.event_id AND ticket.guest_id = guest.id
      WHERE guest.event_id = ${eventId} AND guest.changed_at > ${moment(sql, after)}
    ), page AS (
      SELECT id, MAX(changed_at) AS changed_at FROM changed
      GROUP BY id HAVING MAX(changed_at) <= ${moment(sql, until)}
      ORDER BY MAX(changed_at) FETCH FIRST (${limit}::int) ROWS WITH TIES
    )
    SELECT ticket.*, guest.first_name, guest.last_name, guest.ticket_type,
           (EXTRACT(EPOCH FROM page.changed_at) * 1000000)::bigint AS number
    FROM page
    JOIN generated_tickets ticket ON ticket.id = page.id
    LEFT JOIN guests guest ON guest.event_id = ticket.event_id AND guest.id = ticket.guest_id AND ticket.erased_at IS NULL
    ORDER BY number, ticket.id`
}

/**
 * Finds the tickets that stand of an event's guests, by names, e-mail address or the beginning of a code, in the
 * order of names. Of the many that a short search finds, only the first are joined with their tickets.
 */
export async function findDoorGuests(
  sql: Queryable,
  { eventId, search, limit }: { eventId: number; search: string; limit: number },
): Promise<FoundGuestRow[]> {
  return await sql<FoundGuestRow[]>`
    WITH found AS MATERIALIZED (${searchGuests(sql, eventId, search)})
    SELECT ticket.*, guest.first_name, guest.last_name, guest.ticket_type, ${refusal(sql, { shownExpiry: null, direction: 'in' })} AS reason
    FROM (SELECT * FROM found ORDER BY last_name, first_name, id OFFSET 0) guest
    CROSS JOIN LATERAL (
      SELECT ticket.*, event.reentry FROM generated_tickets ticket JOIN events event ON event.id = ticket.event_id
      WHERE event_id = guest.event_id AND guest_id = guest.id AND superseded_by IS NULL AND erased_at IS NULL ORDER BY ticket.id
    ) ticket
    ORDER BY guest.last_name, guest.first_name, guest.id ${limitTo(sql, limit)}`
}

function moment(sql: Queryable, micros: number) {
  return sql`('epoch'::timestamptz + ${micros}::float8 * INTERVAL '1 microsecond')`
}
