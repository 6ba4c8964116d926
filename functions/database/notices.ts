import type { NoticeType } from '../contract/notices.ts'
import type { Queryable, Sql } from './client.ts'

/** A numbered row of `notices`; triggers write them (migrations/0013_notices.sql). */
export interface NoticeRow {
  id: number
  type: NoticeType
  event_id: number
  ticket_id: number | null
  guest_id: number | null
  data: Record<string, unknown>
  changed_at: Date
  sequence: number
}

/**
 * Numbers the oldest committed notices that have no number, in the order of their ids, and commits that
 * before anything is published: a notice that is sent again keeps its number. The lock makes concurrent calls
 * take turns.
 */
export async function numberNotices(sql: Sql, limit: number): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`SELECT pg_advisory_xact_lock(hashtext('number notices'))`
    await transaction`
      WITH numbered AS MATERIALIZED (
        SELECT id, NEXTVAL('notice_sequence') AS sequence
        FROM (SELECT id FROM notices WHERE sent_at IS NULL AND sequence IS NULL ORDER BY id LIMIT ${limit}) AS unnumbered
      )
      UPDATE notices SET sequence = numbered.sequence FROM numbered WHERE notices.id = numbered.id`
  })
}

/** Reads and locks numbered notices to send, in order, except those that a concurrent call is sending. */
export async function lockUnsentNotices(sql: Queryable, limit: number): Promise<NoticeRow[]> {
  return await sql<NoticeRow[]>`
    SELECT id, type, event_id, ticket_id, guest_id, data, changed_at, sequence FROM notices
    WHERE sent_at IS NULL AND sequence IS NOT NULL ORDER BY sequence LIMIT ${limit} FOR UPDATE SKIP LOCKED`
}

/** Records that notices were sent. */
export async function markNoticesSent(sql: Queryable, ids: number[]): Promise<void> {
  await sql`UPDATE notices SET sent_at = CLOCK_TIMESTAMP() WHERE id = ANY(${ids}::bigint[])`
}

/** Lists sent notices in order: those after a sequence, or the last ones where that is 0. */
export async function listSentNotices(sql: Queryable, { after, limit }: { after: number; limit: number }): Promise<NoticeRow[]> {
  const order = after === 0 ? sql`DESC` : sql`ASC`
  const rows = await sql<NoticeRow[]>`
    SELECT id, type, event_id, ticket_id, guest_id, data, changed_at, sequence FROM notices
    WHERE sent_at IS NOT NULL AND sequence > ${after} ORDER BY sequence ${order} LIMIT ${limit}`
  return rows.toSorted((one, other) => one.sequence - other.sequence)
}

/** Measures the age of the oldest unsent notice in seconds; 0 without one. */
export async function measureNoticeLag(sql: Queryable): Promise<number> {
  const [row] = await sql<[{ seconds: number }]>`
    SELECT COALESCE(EXTRACT(EPOCH FROM NOW() - (SELECT changed_at FROM notices WHERE sent_at IS NULL ORDER BY id LIMIT 1)), 0)::float AS seconds`
  return row.seconds
}

/** Deletes those of the oldest notices that were sent more than `days` ago. @returns Their count. */
export async function deleteSentNotices(sql: Queryable, { days, limit }: { days: number; limit: number }): Promise<number> {
  const { count } = await sql`
    DELETE FROM notices WHERE id IN (SELECT id FROM notices ORDER BY id LIMIT ${limit}) AND sent_at < NOW() - ${days} * INTERVAL '1 day'`
  return count
}
