import type { Queryable } from './client.ts'

/**
 * Where a page begins, of a whole table or of one event: after an id, or by change, after a moment and an id.
 * Moments are in microseconds since 1970.
 */
export interface PageStart {
  eventId?: number | undefined
  limit: number
  afterId: string
  byChange: { after: string | number; watermark: number } | null
}

/** The position of a row in a list by id or by change. */
export interface Position {
  id: number
  changed_micros: number
}

/**
 * Selects the rows behind the start of a page from `row`, an alias of a table with `id` and `changed_at`, and
 * `event_id` where the start names an event. That is a range, not an equation: only an index that begins with the
 * event has its order, so that PostgreSQL never walks through the tickets of other events to find a page. The lower
 * bound stands twice, since PostgreSQL does not estimate from a comparison of rows that it is one event's: it would
 * read all rows of the event by any index, and sort them.
 */
export function isAfter(sql: Queryable, { eventId, afterId, byChange }: PageStart, row: string) {
  const moment =
    typeof byChange?.after === 'number'
      ? sql`'epoch'::timestamptz + ${byChange.after}::float8 * INTERVAL '1 microsecond'`
      : sql`${byChange?.after ?? null}::text::timestamptz`
  const [columns, values] = byChange
    ? [sql`${sql(row)}.changed_at, ${sql(row)}.id`, sql`${moment}, ${afterId}::text::bigint`]
    : [sql`${sql(row)}.id`, sql`${afterId}::text::bigint`]
  if (eventId === undefined) return sql`(${columns}) > (${values})`
  return sql`(${sql(row)}.event_id, ${columns}) > (${eventId}::bigint, ${values}) AND ${sql(row)}.event_id BETWEEN ${eventId} AND ${eventId}`
}

/** Orders the rows of a page. */
export function pageOrder(sql: Queryable, { eventId, byChange }: PageStart, row: string) {
  const order = byChange ? sql`${sql(row)}.changed_at, ${sql(row)}.id` : sql`${sql(row)}.id`
  return eventId === undefined ? order : sql`${sql(row)}.event_id, ${order}`
}

/**
 * Limits a page. The number stands in the statement: PostgreSQL takes a parameter for a tenth of all rows when it
 * plans a statement for all parameters, and then reads them all to join them.
 */
export function limitTo(sql: Queryable, count: number) {
  return sql`LIMIT ${sql.unsafe(String(Math.trunc(count)))}`
}

/** Selects the moment of a row's change in microseconds. */
export function changedMicros(sql: Queryable, row: string) {
  return sql`(EXTRACT(EPOCH FROM ${sql(row)}.changed_at) * 1000000)::bigint AS changed_micros`
}

/**
 * Reads the moment before which every change is committed, in microseconds: a later statement sees all changes
 * of before it. A transaction that changes a listed row first locks the second of its own beginning (migration
 * 0018), and lets go once others see what it wrote.
 */
export async function readWatermark(sql: Queryable): Promise<number> {
  const [row] = await sql<[{ micros: number }]>`
    SELECT (EXTRACT(EPOCH FROM LEAST(STATEMENT_TIMESTAMP(), first_open_change())) * 1000000)::bigint AS micros`
  return row.micros
}
