import type * as z from 'zod'
import type { changesQuery } from '../contract/schemas/lists.ts'
import { type PageStart, type Position, readWatermark } from '../database/changes.ts'
import type { Queryable } from '../database/client.ts'

/**
 * Finds where a page of a list, of one event or of all, begins: by id, or with `updatedSince` by change. All
 * pages of a list by change carry the watermark of the first page, since rows committed late may belong
 * before a later page.
 */
export async function startPage(sql: Queryable, query: z.output<typeof changesQuery>, eventId?: number): Promise<PageStart> {
  const { limit, cursor = '0', updatedSince } = query
  const [afterId = '0', after, watermark] = cursor.split('.').toReversed()
  if (after && watermark) return { eventId, limit, afterId, byChange: { after: Number(after), watermark: Number(watermark) } }
  if (!updatedSince) return { eventId, limit, afterId, byChange: null }
  return { eventId, limit, afterId, byChange: { after: updatedSince, watermark: await readWatermark(sql) } }
}

/**
 * Ends a page: drops the extra row that shows there are more, and adds the cursor of the next page.
 * @param rows At most one more than the limit.
 */
export function endPage<Row extends Position & { is_edge?: boolean }>({ limit, byChange }: PageStart, rows: readonly Row[]) {
  const shown = rows.slice(0, limit)
  const last = rows.length > limit || shown.at(-1)?.is_edge ? shown.at(-1) : undefined
  return { shown, nextCursor: last ? cursorAt({ byChange }, last) : null, watermark: byChange && toTime(byChange.watermark) }
}

/** Writes the cursor of the page after a row. */
function cursorAt({ byChange }: Pick<PageStart, 'byChange'>, { id, changed_micros }: Position): string {
  return byChange ? `${byChange.watermark}.${changed_micros}.${id}` : String(id)
}

function toTime(micros: number): string {
  const millis = Math.floor(micros / 1000)
  return new Date(millis).toISOString().replace('Z', `${String(micros - millis * 1000).padStart(3, '0')}Z`)
}
