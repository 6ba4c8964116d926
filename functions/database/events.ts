import type * as z from 'zod'
import type { Branding } from '../contract/schemas/branding.ts'
import type { event } from '../contract/schemas/requests.ts'
import type { DataValue } from '../contract/schemas/values.ts'
import type { EventSchedule } from '../contract/ticket-subject.ts'
import type { Queryable } from './client.ts'

/** A row of `events`. */
export interface EventRow extends EventSchedule {
  id: number
  title: string
  details: Record<string, DataValue>
}

/**
 * Inserts an event, or replaces every field of an existing one. Idempotent.
 * @returns undefined for equal facts, which make no new revision.
 */
export async function upsertEvent(sql: Queryable, eventId: number, body: z.output<typeof event>): Promise<EventRow | undefined> {
  const [row] = await sql<EventRow[]>`
    INSERT INTO events AS known (id, title, starts_at, ends_at, timezone, location, details)
    VALUES (${eventId}, ${body.title}, ${body.startsAt}, ${body.endsAt ?? null}, ${body.timezone}, ${body.location},
            ${sql.json(body.details ?? {})})
    ON CONFLICT (id) DO UPDATE SET
      title = excluded.title, starts_at = excluded.starts_at, ends_at = excluded.ends_at, timezone = excluded.timezone,
      location = excluded.location, details = excluded.details, revision = known.revision + 1, updated_at = NOW()
    WHERE (known.title, known.starts_at, known.ends_at, known.timezone, known.location, known.details) IS DISTINCT FROM
      (excluded.title, excluded.starts_at, excluded.ends_at, excluded.timezone, excluded.location, excluded.details)
    RETURNING id, title, starts_at, ends_at, timezone, location, details`
  return row
}

/** Inserts an unregistered event from the facts of a single request; an existing event stays unchanged. */
export async function insertEventIfUnknown(sql: Queryable, row: EventRow): Promise<void> {
  await sql`
    INSERT INTO events (id, title, starts_at, ends_at, timezone, location, details)
    VALUES (${row.id}, ${row.title}, ${row.starts_at}, ${row.ends_at}, ${row.timezone}, ${row.location}, ${sql.json(row.details)})
    ON CONFLICT (id) DO NOTHING`
}

/** Reads an event. */
export async function findEvent(sql: Queryable, eventId: number): Promise<EventRow | undefined> {
  const [row] = await sql<EventRow[]>`
    SELECT id, title, starts_at, ends_at, timezone, location, details FROM events WHERE id = ${eventId}`
  return row
}

/**
 * Replaces an event's branding, or with no field set removes it. Idempotent.
 * @returns false for equal branding, which makes no new revision.
 */
export async function updateBranding(sql: Queryable, eventId: number, branding: Branding): Promise<boolean> {
  const { count } = await sql`
    UPDATE events SET branding = NULLIF(${sql.json(branding)}::jsonb, '{}'), revision = revision + 1, updated_at = NOW()
    WHERE id = ${eventId} AND branding IS DISTINCT FROM NULLIF(${sql.json(branding)}::jsonb, '{}')`
  return count > 0
}

/** Reads an event's branding and the revision it belongs to. */
export async function findBranding(
  sql: Queryable,
  eventId: number,
): Promise<{ revision: number; branding: Branding | null } | undefined> {
  const [row] = await sql<
    { revision: number; branding: Branding | null }[]
  >`SELECT revision, branding FROM events WHERE id = ${eventId}`
  return row
}
