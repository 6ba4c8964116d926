import type { Queryable } from './client.ts'

/** Where a page begins: after an id, or by change, after a moment and an id. Moments are in microseconds since 1970. */
export interface PageStart {
  limit: number
  afterId: string
  byChange: { after: string | number; watermark: number } | null
}

/** The position of a row in a list by id or by change. */
export interface Position {
  id: number
  changed_micros: number
}

/** Selects the rows of a page from `row`, an alias of a table with `id` and `changed_at`. */
export function isAfter(sql: Queryable, { afterId, byChange }: PageStart, row: string) {
  const id = sql`${sql(row)}.id`
  const after = sql`${afterId}::text::bigint`
  if (!byChange) return sql`${id} > ${after}`
  const moment =
    typeof byChange.after === 'number'
      ? sql`'epoch'::timestamptz + ${byChange.after}::float8 * INTERVAL '1 microsecond'`
      : sql`${byChange.after}::text::timestamptz`
  return sql`(${sql(row)}.changed_at, ${id}) > (${moment}, ${after})`
}

/** Orders the rows of a page. */
export function pageOrder(sql: Queryable, { byChange }: PageStart, row: string) {
  return byChange ? sql`${sql(row)}.changed_at, ${sql(row)}.id` : sql`${sql(row)}.id`
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
