import { readCodePrefix, searchedWords } from '../contract/search-words.ts'
import { changedMicros, isAfter, limitTo, type PageStart, type Position, pageOrder } from './changes.ts'
import type { Queryable } from './client.ts'
import type { GuestRow } from './guests.ts'

/** A guest in a list. */
export type ListedGuest = GuestRow & Position & { changed_at: Date }

/** Lists guests of an event, those that a search finds or all. */
export async function listGuests(
  sql: Queryable,
  start: PageStart & { eventId: number },
  search?: string,
): Promise<ListedGuest[]> {
  // Materialized, since the index of words holds the event, too, and the planner cannot know that.
  const found = sql`WITH found AS MATERIALIZED (${search === undefined ? sql`SELECT NULL::bigint AS id` : searchGuests(sql, start.eventId, search)})`
  return await sql<ListedGuest[]>`
    ${search === undefined ? sql`` : found}
    SELECT ${columns(sql)} FROM guests guest ${search === undefined ? sql`` : sql`JOIN found USING (id)`}
    WHERE ${isAfter(sql, start, 'guest')} AND guest.erased_at IS NULL
    ORDER BY ${pageOrder(sql, start, 'guest')} ${limitTo(sql, start.limit + 1)}`
}

/** Reads a guest of an event. */
export async function findGuest(sql: Queryable, eventId: number, guestId: number): Promise<ListedGuest | undefined> {
  const [row] = await sql<
    ListedGuest[]
  >`SELECT ${columns(sql)} FROM guests guest WHERE event_id = ${eventId} AND id = ${guestId} AND erased_at IS NULL`
  return row
}

function columns(sql: Queryable) {
  return sql`guest.id, guest.event_id, guest.first_name, guest.last_name, guest.email, guest.ticket_type, guest.locale, guest.data,
    guest.changed_at, ${changedMicros(sql, 'guest')}`
}

/** Finds the ids of guests by words of their names and e-mail addresses, and by the beginning of a ticket's code. */
function searchGuests(sql: Queryable, eventId: number, search: string) {
  const words = searchedWords(search).map((word) => `'${eventId}/${word}':*`)
  const code = readCodePrefix(search)
  return sql`
    SELECT id FROM guests
    WHERE guest_words(event_id, first_name, last_name, email) @@ ${words.join(' & ')}::text::tsquery
    ${
      code === undefined
        ? sql``
        : sql`UNION SELECT guest_id FROM generated_tickets
              WHERE event_id = ${eventId} AND ticket_code BETWEEN ${code} AND ${code.padEnd(20, 'Z')} AND STARTS_WITH(ticket_code, ${code})`
    }`
}
