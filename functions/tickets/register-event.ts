import type * as z from 'zod'
import type { event, guestList } from '../contract/schemas.ts'
import type { Sql } from '../database/client.ts'
import { type EventRow, findEvent, upsertEvent } from '../database/events.ts'
import { upsertGuests } from '../database/guests.ts'
import { ValidationError } from '../errors.ts'
import { EventNotFoundError } from './errors.ts'

/**
 * Registers an event, or replaces every field of the one with this id. Idempotent.
 * @throws ValidationError when the body names another id than the path.
 */
export async function registerEvent({ sql }: { sql: Sql }, eventId: number, body: z.output<typeof event>) {
  if (body.id !== undefined && body.id !== eventId)
    throw new ValidationError('The request is not valid.', [
      { path: 'id', problem: `must be ${eventId}, as in the path, or absent` },
    ])
  return describe(await upsertEvent(sql, eventId, body))
}

/**
 * Registers guests of an event, or replaces every field of those it has. Idempotent.
 * @throws EventNotFoundError when the event is not registered.
 */
export async function registerGuests({ sql }: { sql: Sql }, eventId: number, { guests }: z.output<typeof guestList>) {
  if (!(await findEvent(sql, eventId))) throw new EventNotFoundError(eventId)
  return { eventId, totalCount: guests.length, ...(await upsertGuests(sql, eventId, guests)) }
}

function describe(row: EventRow) {
  return {
    id: row.id,
    title: row.title,
    startsAt: row.starts_at?.toISOString() ?? null,
    endsAt: row.ends_at?.toISOString() ?? null,
    timezone: row.timezone,
    location: row.location,
    details: row.details,
  }
}
