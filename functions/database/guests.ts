import type * as z from 'zod'
import type { guest } from '../contract/schemas/guests.ts'
import type { GuestFacts } from '../contract/ticket-subject.ts'
import type { Queryable } from './client.ts'

type Guest = z.output<typeof guest>

/** A row of `guests`. */
export interface GuestRow extends GuestFacts {
  id: number
  event_id: number
}

/**
 * Inserts guests, or replaces every field of existing ones, in one statement, and counts both. Idempotent.
 * @param guests 1 to 10,000, each id once.
 */
export async function upsertGuests(sql: Queryable, eventId: number, guests: Guest[]) {
  // A consistent lock order prevents deadlock.
  const inOrder = guests.toSorted((one, other) => one.guestId - other.guestId)
  const column = <T>(pick: (one: Guest) => T) => inOrder.map(pick)
  const rows = await sql<{ created: boolean }[]>`
    INSERT INTO guests AS known (event_id, id, first_name, last_name, email, ticket_type, locale, data)
    SELECT ${eventId}, * FROM UNNEST(
      ${column((guest) => guest.guestId)}::bigint[], ${column((guest) => guest.firstName)}::text[],
      ${column((guest) => guest.lastName)}::text[], ${column((guest) => guest.email ?? null)}::text[],
      ${column((guest) => guest.ticketType ?? null)}::text[], ${column((guest) => guest.locale ?? null)}::text[],
      ${column((guest) => JSON.stringify(guest.data ?? {}))}::text[]::jsonb[])
    ON CONFLICT (event_id, id) DO UPDATE SET
      first_name = excluded.first_name, last_name = excluded.last_name, email = excluded.email,
      ticket_type = excluded.ticket_type, locale = excluded.locale, data = excluded.data, updated_at = NOW(), ${reviving(sql)}
    RETURNING created_at = NOW() AS created`
  const createdCount = rows.filter(({ created }) => created).length
  return { createdCount, updatedCount: rows.length - createdCount }
}

/** Turns the row of an erased guest into that of a new guest with the same id. */
function reviving(sql: Queryable) {
  return sql`erased_at = NULL, created_at = CASE WHEN known.erased_at IS NULL THEN known.created_at ELSE NOW() END`
}

/** Reads and locks the registered guests among the given ones, in id order, until the transaction ends. */
export async function lockGuests(sql: Queryable, eventId: number, guestIds: number[]): Promise<GuestRow[]> {
  return await sql<GuestRow[]>`
    SELECT id, event_id, first_name, last_name, email, ticket_type, locale, data
    FROM guests WHERE event_id = ${eventId} AND id = ANY(${guestIds}) AND erased_at IS NULL ORDER BY id FOR UPDATE`
}

/**
 * Merges the data of a request into guests of one event: a null field keeps its value, free data is merged by
 * name. Inserts guests that are not registered. Idempotent.
 * @param guests Each id once, in id order, which prevents deadlock.
 * @param jobId The batch that the data comes from; guests that changed after it was accepted stay unchanged.
 */
export async function mergeGuests(sql: Queryable, guests: GuestRow[], jobId?: number): Promise<void> {
  await sql`
    INSERT INTO guests AS known (event_id, id, first_name, last_name, email, ticket_type, locale, data)
    SELECT * FROM UNNEST(
      ${guests.map((guest) => guest.event_id)}::bigint[], ${guests.map((guest) => guest.id)}::bigint[],
      ${guests.map((guest) => guest.first_name)}::text[], ${guests.map((guest) => guest.last_name)}::text[],
      ${guests.map((guest) => guest.email)}::text[], ${guests.map((guest) => guest.ticket_type)}::text[],
      ${guests.map((guest) => guest.locale)}::text[], ${guests.map((guest) => JSON.stringify(guest.data))}::text[]::jsonb[])
    ON CONFLICT (event_id, id) DO UPDATE SET
      first_name = COALESCE(excluded.first_name, known.first_name), last_name = COALESCE(excluded.last_name, known.last_name),
      email = COALESCE(excluded.email, known.email),
      ticket_type = COALESCE(excluded.ticket_type, CASE WHEN known.erased_at IS NULL THEN known.ticket_type END),
      locale = COALESCE(excluded.locale, known.locale), data = known.data || excluded.data, updated_at = NOW(),
      ${reviving(sql)}
    WHERE ${jobId ?? null}::bigint IS NULL
      OR known.updated_at <= (SELECT created_at FROM generation_jobs WHERE id = ${jobId ?? null})`
}
