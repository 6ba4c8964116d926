import type * as z from 'zod'
import type { guest } from '../contract/schemas/guests.ts'
import type { DataValue } from '../contract/schemas/values.ts'
import type { Queryable } from './client.ts'

type Guest = z.output<typeof guest>

/** Is a row of `guests`. */
export interface GuestRow {
  id: number
  event_id: number
  first_name: string | null
  last_name: string | null
  email: string | null
  ticket_type: string | null
  locale: string | null
  data: Record<string, DataValue>
}

/** Counts what an upsert of guests did. */
export interface UpsertCounts {
  createdCount: number
  updatedCount: number
}

/**
 * Inserts the guests, or replaces every field of those the event has already, in one statement. Idempotent.
 * @param guests 1 to 10,000, each id once.
 */
export async function upsertGuests(sql: Queryable, eventId: number, guests: Guest[]): Promise<UpsertCounts> {
  // In one order, so that two requests at once cannot lock each other out.
  const inOrder = guests.toSorted((one, other) => one.guestId - other.guestId)
  const column = <T>(pick: (one: Guest) => T) => inOrder.map(pick)
  const rows = await sql<{ created: boolean }[]>`
    INSERT INTO guests (event_id, id, first_name, last_name, email, ticket_type, locale, data)
    SELECT ${eventId}, * FROM UNNEST(
      ${column((guest) => guest.guestId)}::bigint[], ${column((guest) => guest.firstName)}::text[],
      ${column((guest) => guest.lastName)}::text[], ${column((guest) => guest.email ?? null)}::text[],
      ${column((guest) => guest.ticketType ?? null)}::text[], ${column((guest) => guest.locale ?? null)}::text[],
      ${column((guest) => JSON.stringify(guest.data ?? {}))}::text[]::jsonb[])
    ON CONFLICT (event_id, id) DO UPDATE SET
      first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email,
      ticket_type = excluded.ticket_type, locale = excluded.locale, data = excluded.data, updated_at = NOW()
    RETURNING (xmax = 0) AS created`
  const createdCount = rows.filter(({ created }) => created).length
  return { createdCount, updatedCount: rows.length - createdCount }
}

/** Reads those of the guests that the event has, and locks them until the transaction ends, in the order of their ids. */
export async function lockGuests(sql: Queryable, eventId: number, guestIds: number[]): Promise<GuestRow[]> {
  return await sql<GuestRow[]>`
    SELECT id, event_id, first_name, last_name, email, ticket_type, locale, data
    FROM guests WHERE event_id = ${eventId} AND id = ANY(${guestIds}) ORDER BY id FOR UPDATE`
}

/**
 * Writes what a request says of guests of one event over what is known: fields that are null keep their value, free data is merged by
 * name. Inserts guests that the event does not have. Idempotent.
 * @param guests Each id once, in the order of their ids, so that two requests at once cannot lock each other out.
 */
export async function mergeGuests(sql: Queryable, guests: GuestRow[]): Promise<void> {
  await sql`
    INSERT INTO guests AS known (event_id, id, first_name, last_name, email, ticket_type, locale, data)
    SELECT * FROM UNNEST(
      ${guests.map((guest) => guest.event_id)}::bigint[], ${guests.map((guest) => guest.id)}::bigint[],
      ${guests.map((guest) => guest.first_name)}::text[], ${guests.map((guest) => guest.last_name)}::text[],
      ${guests.map((guest) => guest.email)}::text[], ${guests.map((guest) => guest.ticket_type)}::text[],
      ${guests.map((guest) => guest.locale)}::text[], ${guests.map((guest) => JSON.stringify(guest.data))}::text[]::jsonb[])
    ON CONFLICT (event_id, id) DO UPDATE SET
      first_name = COALESCE(excluded.first_name, known.first_name), last_name = COALESCE(excluded.last_name, known.last_name),
      email = COALESCE(excluded.email, known.email), ticket_type = COALESCE(excluded.ticket_type, known.ticket_type),
      locale = COALESCE(excluded.locale, known.locale), data = known.data || excluded.data, updated_at = NOW()`
}
