import type * as z from 'zod'
import type { entriesQuery } from '../contract/schemas/lists.ts'
import { changedMicros, isAfter, limitTo, type PageStart, type Position, pageOrder } from './changes.ts'
import type { Queryable } from './client.ts'
import type { EntryRow } from './entries.ts'

/** A scan in a list, with its ticket, if it has one. */
export type ListedEntry = EntryRow & Position & { changed_at: Date; ticket_code: string | null; guest_id: number | null }

/** Lists scans of an event. */
export async function listEntries(
  sql: Queryable,
  start: PageStart,
  filter: Omit<z.output<typeof entriesQuery>, 'limit' | 'cursor' | 'updatedSince'>,
): Promise<ListedEntry[]> {
  const { outcome, reason = null, direction = null, ticketId = null, doorId = null, gate = null } = filter
  const stored = outcome === 'double_entry' ? 'double' : (outcome ?? null)
  return await sql<ListedEntry[]>`
    ${selectEntries(sql)}
    WHERE ${isAfter(sql, start, 'entry')}
      AND (${stored}::text IS NULL OR entry.outcome = ${stored}) AND (${reason}::text IS NULL OR entry.reason = ${reason})
      AND (${direction}::text IS NULL OR entry.direction = ${direction})
      AND (${ticketId}::bigint IS NULL OR entry.ticket_id = ${ticketId}) AND (${doorId}::bigint IS NULL OR entry.door_id = ${doorId})
      AND (${gate}::text IS NULL OR entry.gate = ${gate})
    ORDER BY ${pageOrder(sql, start, 'entry')} ${limitTo(sql, start.limit + 1)}`
}

/** Lists the scans of tickets, the newest first, at most `limit`. */
export async function listEntriesOfTickets(sql: Queryable, ticketIds: number[], limit: number): Promise<ListedEntry[]> {
  return await sql<ListedEntry[]>`
    ${selectEntries(sql)} WHERE entry.ticket_id = ANY(${ticketIds}) ORDER BY entry.scanned_at DESC, entry.id DESC LIMIT ${limit}`
}

function selectEntries(sql: Queryable) {
  return sql`SELECT entry.*, ${changedMicros(sql, 'entry')}, ticket.ticket_code, ticket.guest_id
    FROM ticket_entries entry LEFT JOIN generated_tickets ticket ON ticket.id = entry.ticket_id`
}

/** The scans of a group: all of them, of a ticket type, of a gate, or of an hour. */
export interface ScanCounts {
  group: 'total' | 'type' | 'gate' | 'hour'
  name: string | null
  hour: Date | null
  entries: number
  exits: number
  doubleEntries: number
  refused: number
}

/** Counts the scans of an event in all, by ticket type, by gate and by hour, each in order. */
export async function countScans(sql: Queryable, eventId: number): Promise<ScanCounts[]> {
  return await sql<ScanCounts[]>`
    WITH entry AS (
      SELECT entry.outcome, entry.direction, guest.ticket_type AS type, COALESCE(entry.gate, door.label) AS gate,
             DATE_TRUNC('hour', entry.scanned_at, event.timezone) AS hour
      FROM ticket_entries entry
      JOIN events event ON event.id = entry.event_id
      LEFT JOIN doors door ON door.id = entry.door_id AND door.event_id = entry.event_id
      LEFT JOIN generated_tickets ticket ON ticket.id = entry.ticket_id
      LEFT JOIN guests guest ON guest.event_id = ticket.event_id AND guest.id = ticket.guest_id
      WHERE entry.event_id = ${eventId} AND entry.outcome <> 'undone'
    )
    SELECT CASE 7 - GROUPING(type, gate, hour) WHEN 0 THEN 'total' WHEN 4 THEN 'type' WHEN 2 THEN 'gate' ELSE 'hour' END AS group,
           COALESCE(type, gate) AS name, hour,
           COUNT(*) FILTER (WHERE outcome = 'admitted' AND direction = 'in') AS entries,
           COUNT(*) FILTER (WHERE outcome = 'admitted' AND direction = 'out') AS exits,
           COUNT(*) FILTER (WHERE outcome = 'double') AS "doubleEntries",
           COUNT(*) FILTER (WHERE outcome = 'refused') AS refused
    FROM entry GROUP BY GROUPING SETS ((), (type), (gate), (hour))
    ORDER BY type, gate, hour`
}

/** The valid tickets of one type, or of all. */
export interface TicketCounts {
  isTotal: boolean
  ticketType: string | null
  tickets: number
  entered: number
  inside: number
}

/** Counts the valid tickets of an event in all and by type, and those that were valid when their guests were erased. */
export async function countTickets(sql: Queryable, eventId: number): Promise<TicketCounts[]> {
  return await sql<TicketCounts[]>`
    SELECT GROUPING(guest.ticket_type) = 1 AS "isTotal", guest.ticket_type AS "ticketType", COUNT(ticket.id) AS tickets,
           COUNT(*) FILTER (WHERE ticket.entry_count > 0) AS entered, COUNT(*) FILTER (WHERE ticket.inside) AS inside
    FROM generated_tickets ticket JOIN guests guest ON guest.event_id = ticket.event_id AND guest.id = ticket.guest_id
    WHERE ticket.event_id = ${eventId} AND (ticket.revoked_at IS NULL OR ticket.revoked_at = ticket.erased_at)
    GROUP BY GROUPING SETS ((), (guest.ticket_type)) ORDER BY guest.ticket_type`
}
