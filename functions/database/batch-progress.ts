import type { FieldProblem } from '../contract/errors.ts'
import type { TicketWarning } from '../contract/ticket-warnings.ts'
import type { Queryable } from './client.ts'
import { isOutdated, subjectJoins } from './ticket-subject.ts'

/** The numbers of a job's items by status. */
export interface ItemCounts {
  pending: number
  generated: number
  failed: number
  cancelled: number
}

/** Counts the items of a job by status. */
export async function countItems(sql: Queryable, jobId: number): Promise<ItemCounts> {
  const rows = await sql<{ status: keyof ItemCounts; count: number }[]>`
    SELECT status, COUNT(*) AS count FROM ticket_generation_logs WHERE job_id = ${jobId} GROUP BY status`
  const counts = { pending: 0, generated: 0, failed: 0, cancelled: 0 }
  for (const { status, count } of rows) counts[status] = count
  return counts
}

/** An item of a batch as its status lists it, with the guest's names and its current ticket. */
export interface BatchItem {
  id: number
  guest_id: number
  first_name: string | null
  last_name: string | null
  ticket_id: number | null
  ticket_code: string | null
  pdf_file_path: string | null
  revoked_at: Date | null
  outdated: boolean
  status: keyof ItemCounts
  message: string | null
  details: { code?: string; details?: FieldProblem[]; warnings?: TicketWarning[] }
}

/**
 * Reads one page of a job's items, in the order of the request. A superseded ticket is replaced by its
 * successor, as in `listDownloadedFiles`.
 *
 * PostgreSQL cannot estimate how many rows a recursion finds, and might read all tickets for it. A lateral subquery
 * with `OFFSET 0` can only be a lookup for each row.
 */
export async function listItems(sql: Queryable, jobId: number, page: { after: number; limit: number }): Promise<BatchItem[]> {
  return await sql<BatchItem[]>`
    WITH RECURSIVE item AS (
      SELECT id, job_id, guest_id, ticket_id, status, message, details FROM ticket_generation_logs
      WHERE job_id = ${jobId} AND id > ${page.after} ORDER BY id LIMIT ${page.limit}
    ), chain AS (
      SELECT id AS item_id, ticket_id FROM item
      UNION ALL
      SELECT item_id, superseded_by FROM chain, ${successor(sql)}
    ), standing AS (
      SELECT item_id, ticket.* FROM chain, LATERAL (
        SELECT ticket.*, ${isOutdated(sql)} AS outdated FROM generated_tickets ticket ${subjectJoins(sql)}
        WHERE ticket.id = ticket_id AND superseded_by IS NULL OFFSET 0
      ) ticket
    )
    SELECT item.id, item.guest_id, guest.first_name, guest.last_name, standing.id AS ticket_id, standing.ticket_code,
           standing.pdf_file_path, standing.revoked_at, COALESCE(standing.outdated, FALSE) AS outdated, item.status, item.message, item.details
    FROM item
    JOIN generation_jobs job ON job.id = item.job_id
    LEFT JOIN standing ON standing.item_id = item.id
    LEFT JOIN LATERAL (
      SELECT * FROM guests WHERE event_id = job.event_id AND id = item.guest_id AND standing.erased_at IS NULL OFFSET 0
    ) guest ON TRUE
    ORDER BY item.id`
}

/** Selects the successor of the ticket `ticket_id`, if it has one. */
export function successor(sql: Queryable) {
  return sql`LATERAL (SELECT superseded_by FROM generated_tickets WHERE id = ticket_id AND superseded_by IS NOT NULL OFFSET 0) ticket`
}

const windowSeconds = 60
// Two chunks: with fewer tickets, the moments of settling distort the rate.
const minTickets = 80

/**
 * Measures the recent generation rate, and counts the tickets to generate before a job is done.
 *
 * The rate covers the later half of the minute before the newest ticket, so that a slow start soon stops
 * counting. It is the slope of a linear regression over the moments at which chunks were settled: one chunk
 * more or less at either end barely changes it. Counted are the tickets of this job and, since its first
 * ticket in that minute, those of batches ahead of it, which share its renderers. Where these are too few,
 * other batches are measured instead. The rate is null where fewer than two chunks can be measured.
 *
 * Batches ahead of a job are older ones of its priority, and all of a higher priority.
 */
export async function measureThroughput(sql: Queryable, jobId: number) {
  const goesFirst = sql`(other.id = job.id OR (other.priority = 'high' AND job.priority = 'normal')
                         OR (other.priority = job.priority AND other.id < job.id))`
  const [row] = await sql<[{ rate: number | null; waiting: number }]>`
    WITH newest AS (SELECT MAX(updated_at) AS at FROM ticket_generation_logs
                    WHERE status = 'generated' AND updated_at > NOW() - INTERVAL '10 minutes'),
    settled AS (
      SELECT job_id, updated_at AS at, COUNT(*) AS tickets FROM ticket_generation_logs
      WHERE status = 'generated' AND updated_at > (SELECT at FROM newest) - ${windowSeconds} * INTERVAL '1 second'
      GROUP BY job_id, updated_at),
    own AS (SELECT MIN(at) AS first FROM settled WHERE job_id = ${jobId}),
    measured AS (
      SELECT at >= COALESCE(own.first, 'infinity') AND ${goesFirst} AS is_ours, at, tickets
      FROM own, settled JOIN generation_jobs other ON other.id = settled.job_id JOIN generation_jobs job ON job.id = ${jobId}
      WHERE other.batch_id IS NOT NULL),
    counted AS (
      SELECT is_ours, at, SUM(tickets) OVER (PARTITION BY is_ours ORDER BY at) AS done, SUM(tickets) OVER (PARTITION BY is_ours) AS total
      FROM measured),
    rates AS (
      SELECT is_ours, REGR_SLOPE(done, EXTRACT(EPOCH FROM counted.at - newest.at)) AS rate FROM counted, newest
      WHERE done >= total / 2 GROUP BY is_ours HAVING MAX(done) - MIN(done) >= ${minTickets}),
    before AS (
      SELECT other.id FROM generation_jobs other JOIN generation_jobs job ON job.id = ${jobId}
      WHERE other.completed_at IS NULL AND ${goesFirst})
    SELECT (SELECT rate FROM rates ORDER BY is_ours DESC LIMIT 1) AS rate,
      (SELECT COUNT(*) FROM ticket_generation_logs
       WHERE status = 'pending' AND job_id = ANY(ARRAY(SELECT id FROM before))) AS waiting`
  return { ticketsPerSecond: row.rate, waitingBefore: row.waiting }
}

/** Measures the seconds since the last progress of the most stalled unfinished batch; 0 without one. */
export async function measureStall(sql: Queryable): Promise<number> {
  const [row] = await sql<[{ seconds: number }]>`
    SELECT COALESCE(EXTRACT(EPOCH FROM NOW() - MIN(progress.at)), 0)::float AS seconds
    FROM generation_jobs job,
      LATERAL (SELECT MAX(updated_at) AS at FROM ticket_generation_logs WHERE job_id = job.id) AS progress
    WHERE job.completed_at IS NULL AND job.batch_id IS NOT NULL`
  return Math.max(0, row.seconds)
}
