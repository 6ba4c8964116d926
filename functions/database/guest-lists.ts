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
  return await sql<ListedGuest[]>`
    ${search === undefined ? sql`` : sql`WITH guest AS MATERIALIZED (${searchGuests(sql, start.eventId, search)})`}
    SELECT ${columns(sql)} FROM ${search === undefined ? sql`guests guest` : sql`guest`}
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

/**
 * Finds guests by words of their names, e-mail addresses and orders, or by the beginning of a ticket's code.
 * Words hold the event's id, so the index finds them alone; an equation with the event would invite PostgreSQL
 * to read all its guests.
 */
export function searchGuests(sql: Queryable, eventId: number, search: string) {
  const code = readCodePrefix(search)
  if (code === undefined) {
    const words = searchedWords(search).map((word) => `'${eventId}/${word}':*`)
    return sql`SELECT * FROM guests WHERE guest_words(event_id, first_name, last_name, email, data) @@ ${words.join(' & ')}::text::tsquery`
  }
  return sql`SELECT * FROM guests WHERE event_id = ${eventId} AND id = ANY(ARRAY(
    SELECT guest_id FROM generated_tickets
    WHERE event_id = ${eventId} AND ticket_code BETWEEN ${code} AND ${code.padEnd(20, 'Z')} AND STARTS_WITH(ticket_code, ${code})))`
}
