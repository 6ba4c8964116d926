import type * as z from 'zod'
import type { Branding } from '../contract/schemas/branding.ts'
import type { event, Reentry } from '../contract/schemas/requests.ts'
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
 * A stored event, with its re-entry policy, and the days from its end to the erasure of its guests; null
 * keeps them.
 */
export type StoredEvent = EventRow & { reentry: Reentry; retention_days: number | null }

/**
 * Inserts an event, or replaces every field of an existing one. Idempotent: equal facts make no new revision.
 */
export async function upsertEvent(
  sql: Queryable,
  eventId: number,
  body: z.output<typeof event>,
): Promise<StoredEvent | undefined> {
  // Tickets show neither the re-entry policy nor the retention, so a change of those alone makes no new revision.
  const facts = sql`(known.title, known.starts_at, known.ends_at, known.timezone, known.location, known.details) IS DISTINCT FROM
      (excluded.title, excluded.starts_at, excluded.ends_at, excluded.timezone, excluded.location, excluded.details)`
  const [row] = await sql<StoredEvent[]>`
    INSERT INTO events AS known (id, title, starts_at, ends_at, timezone, location, details, reentry, retention_days)
    VALUES (${eventId}, ${body.title}, ${body.startsAt}, ${body.endsAt ?? null}, ${body.timezone}, ${body.location},
            ${sql.json(body.details ?? {})}, ${body.entry.reentry}, ${body.retentionDays ?? null})
    ON CONFLICT (id) DO UPDATE SET
      title = excluded.title, starts_at = excluded.starts_at, ends_at = excluded.ends_at, timezone = excluded.timezone,
      location = excluded.location, details = excluded.details, reentry = excluded.reentry,
      retention_days = excluded.retention_days,
      revision = known.revision + CASE WHEN ${facts} THEN 1 ELSE 0 END, updated_at = NOW()
    WHERE ${facts} OR (known.reentry, known.retention_days) IS DISTINCT FROM (excluded.reentry, excluded.retention_days)
    RETURNING id, title, starts_at, ends_at, timezone, location, details, reentry, retention_days`
  return row ?? (await findEvent(sql, eventId))
}

/** Inserts an unregistered event from the facts of a single request; an existing event stays unchanged. */
export async function insertEventIfUnknown(sql: Queryable, row: EventRow): Promise<void> {
  await sql`
    INSERT INTO events (id, title, starts_at, ends_at, timezone, location, details)
    VALUES (${row.id}, ${row.title}, ${row.starts_at}, ${row.ends_at}, ${row.timezone}, ${row.location}, ${sql.json(row.details)})
    ON CONFLICT (id) DO NOTHING`
}

/** Reads an event. */
export async function findEvent(sql: Queryable, eventId: number): Promise<StoredEvent | undefined> {
  const [row] = await sql<StoredEvent[]>`
    SELECT id, title, starts_at, ends_at, timezone, location, details, reentry, retention_days FROM events WHERE id = ${eventId}`
  return row
}

/**
 * Replaces an event's branding, or removes it where no field is set. Idempotent: equal branding makes no new
 * revision.
 */
export async function updateBranding(sql: Queryable, eventId: number, branding: Branding): Promise<void> {
  await sql`
    UPDATE events SET branding = NULLIF(${sql.json(branding)}::jsonb, '{}'), revision = revision + 1, updated_at = NOW()
    WHERE id = ${eventId} AND branding IS DISTINCT FROM NULLIF(${sql.json(branding)}::jsonb, '{}')`
}

/** Reads an event's branding and the revision it belongs to. */
export async function findBranding(
  sql: Queryable,
  eventId: number,
): Promise<{ revision: number; branding: Branding | null } | undefined> {
  const [row] = await sql<{ revision: number; branding: Branding | null }[]>`
    SELECT revision, branding FROM events WHERE id = ${eventId}`
  return row
}
