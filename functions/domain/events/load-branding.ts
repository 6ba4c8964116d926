import { LRUCache } from 'lru-cache'
import type { Branding } from '../../contract/schemas/branding.ts'
import type { Sql } from '../../database/client.ts'
import { findBranding } from '../../database/events.ts'
import type { SubjectRow } from '../../database/ticket-subject.ts'

/** The event of a ticket, and whether it has branding. */
export type BrandedEvent = Pick<SubjectRow, 'event_id' | 'event_revision' | 'is_branded'>

/**
 * Loads the branding of a ticket's event, if any, through a cache, since a revision of an event never
 * changes.
 */
export async function loadBranding(sql: Sql, { event_id, event_revision, is_branded }: BrandedEvent): Promise<Branding | null> {
  if (!is_branded) return null
  const known = cache.get(`${event_id} ${event_revision}`)
  if (known) return known
  const { revision, branding } = (await findBranding(sql, event_id)) ?? { revision: event_revision, branding: null }
  if (branding) cache.set(`${event_id} ${revision}`, branding)
  return branding
}

// With its pictures, a branding takes up to 1.2 MB.
const cache = new LRUCache<string, Branding>({ max: 20 })

/** Loads the branding of the events of tickets, each once. */
export async function loadBrandings<Item extends BrandedEvent>(sql: Sql, items: Item[]) {
  const brandings = new Map<number, Branding | null>()
  for (const item of items) if (!brandings.has(item.event_id)) brandings.set(item.event_id, await loadBranding(sql, item))
  return (item: Item) => brandings.get(item.event_id) ?? null
}
