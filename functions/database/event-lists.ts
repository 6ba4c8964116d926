import { changedMicros, isAfter, limitTo, type PageStart, type Position, pageOrder } from './changes.ts'
import type { Queryable } from './client.ts'
import type { StoredEvent } from './events.ts'
import { isOutdated, subjectJoins } from './ticket-subject.ts'

/** An event in a list. */
export type ListedEvent = StoredEvent & Position & { changed_at: Date }

/** Lists events. */
export async function listEvents(sql: Queryable, start: PageStart): Promise<ListedEvent[]> {
  return await sql<ListedEvent[]>`
    SELECT *, ${changedMicros(sql, 'event')} FROM events event WHERE ${isAfter(sql, start, 'event')}
    ORDER BY ${pageOrder(sql, start, 'event')} ${limitTo(sql, start.limit + 1)}`
}

/** The counts of an event: all tickets, those revoked, and of the valid ones those checked in, inside and outdated. */
export interface EventCounts {
  guests: number
  tickets: number
  revoked: number
  checkedIn: number
  inside: number
  outdated: number
}

/** Reads an event. */
export async function findListedEvent(sql: Queryable, eventId: number): Promise<ListedEvent | undefined> {
  const [row] = await sql<ListedEvent[]>`SELECT *, ${changedMicros(sql, 'event')} FROM events event WHERE id = ${eventId}`
  return row
}

/** Counts guests and tickets of an event. They are counted, not kept: exact at every moment, and no writer waits for another. */
export async function countEvent(sql: Queryable, eventId: number): Promise<EventCounts> {
  const [row] = await sql<[EventCounts]>`
    SELECT
      (SELECT COUNT(*) FROM guests WHERE event_id = ${eventId} AND erased_at IS NULL) AS guests,
      (SELECT COUNT(*) FROM generated_tickets WHERE event_id = ${eventId}) AS tickets,
      (SELECT COUNT(*) FROM generated_tickets WHERE event_id = ${eventId} AND revoked_at IS NOT NULL) AS revoked,
      entered.count AS "checkedIn", entered.inside,
      (SELECT COUNT(*) FROM generated_tickets ticket ${subjectJoins(sql)}
       WHERE ticket.event_id = ${eventId} AND ${isOutdated(sql)}) AS outdated
    FROM (SELECT COUNT(*) AS count, COUNT(*) FILTER (WHERE inside) AS inside FROM generated_tickets
          WHERE event_id = ${eventId} AND checked_in_at IS NOT NULL AND revoked_at IS NULL) entered`
  return row
}
