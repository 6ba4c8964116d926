import type * as z from 'zod'
import { fieldProblems } from '../../contract/field-problems.ts'
import type { guestList } from '../../contract/schemas/guests.ts'
import type { event } from '../../contract/schemas/requests.ts'
import type { Sql } from '../../database/client.ts'
import { type EventRow, findEvent, upsertEvent } from '../../database/events.ts'
import { upsertGuests } from '../../database/guests.ts'
import { ValidationError } from '../../errors.ts'
import { EventNotFoundError } from '../errors.ts'

/**
 * Registers an event, or replaces every field of the one with this id. Idempotent.
 * @throws ValidationError when the body names another id than the path.
 */
export async function registerEvent({ sql }: { sql: Sql }, eventId: number, body: z.output<typeof event>) {
  if (body.id !== undefined && body.id !== eventId)
    throw new ValidationError('The request is not valid.', [
      { path: 'id', problem: `must be ${eventId}, as in the path, or absent` },
    ])
  const row = await upsertEvent(sql, eventId, body)
  if (!row) throw new EventNotFoundError(eventId)
  return describe(row)
}

/**
 * Registers guests of an event, or replaces every field of those it has, and says which the list leaves out. Idempotent.
 * @throws EventNotFoundError when the event is not registered.
 */
export async function registerGuests({ sql }: { sql: Sql }, eventId: number, { guests, leftOut }: z.output<typeof guestList>) {
  if (!(await findEvent(sql, eventId))) throw new EventNotFoundError(eventId)
  const counts = await upsertGuests(sql, eventId, guests)
  const skipped = leftOut && {
    skippedCount: leftOut.length,
    skipped: leftOut.slice(0, mostSkippedTold).map(({ index, guestId, issues }) => ({
      index,
      guestId,
      problems: fieldProblems(issues).slice(0, mostProblemsTold),
    })),
  }
  return { eventId, totalCount: guests.length, ...counts, ...skipped }
}

const mostSkippedTold = 100
const mostProblemsTold = 10

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
