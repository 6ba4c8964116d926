import type * as z from 'zod'
import type { changesQuery } from '../../contract/schemas/lists.ts'
import type { Queryable, Sql } from '../../database/client.ts'
import { countEvent, findListedEvent, type ListedEvent, listEvents as listRows } from '../../database/event-lists.ts'
import { findEvent, type StoredEvent } from '../../database/events.ts'
import { EventNotFoundError } from '../errors.ts'
import { endPage, startPage } from '../paging.ts'

/** Lists one page of events. */
export async function listEvents(sql: Sql, query: z.output<typeof changesQuery>) {
  const start = await startPage(sql, query)
  const { shown, ...leadsOn } = endPage(start, await listRows(sql, start))
  return { events: shown.map(describeListed), ...leadsOn }
}

/** Reads an event with the counts of its guests and tickets. @throws EventNotFoundError. */
export async function readEvent(sql: Sql, { eventId }: { eventId: number }) {
  const [row, counts] = await Promise.all([findListedEvent(sql, eventId), countEvent(sql, eventId)])
  if (!row) throw new EventNotFoundError(eventId)
  return { ...describeListed(row), counts }
}

function describeListed(row: ListedEvent) {
  return { ...describeEvent(row), updatedAt: row.changed_at.toISOString() }
}

/** Describes an event as it is stored. */
export function describeEvent(row: StoredEvent) {
  return {
    id: row.id,
    title: row.title,
    startsAt: row.starts_at?.toISOString() ?? null,
    endsAt: row.ends_at?.toISOString() ?? null,
    timezone: row.timezone,
    location: row.location,
    details: row.details,
    retentionDays: row.retention_days,
    entry: { reentry: row.reentry },
  }
}

/** Reads an event. @throws EventNotFoundError when it is not registered. */
export async function requireEvent(sql: Queryable, eventId: number): Promise<StoredEvent> {
  const event = await findEvent(sql, eventId)
  if (!event) throw new EventNotFoundError(eventId)
  return event
}
