import type { Queryable } from './client.ts'

/** Counts the items of a job by status. */
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

/** Is one item of a batch as its status lists it. */
export interface BatchItem {
  id: number
  guest_id: number
  ticket_id: number | null
  ticket_code: string | null
  pdf_file_path: string | null
  status: keyof ItemCounts
  message: string | null
  details: { code?: string }
}

/** Reads one page of a job's items, in the order of the request. */
export async function listItems(sql: Queryable, jobId: number, page: { after: number; limit: number }): Promise<BatchItem[]> {
  return await sql<BatchItem[]>`
    SELECT item.id, item.guest_id, item.ticket_id, ticket.ticket_code, ticket.pdf_file_path, item.status, item.message, item.details
    FROM ticket_generation_logs item LEFT JOIN generated_tickets ticket ON ticket.id = item.ticket_id
    WHERE item.job_id = ${jobId} AND item.id > ${page.after}
    ORDER BY item.id LIMIT ${page.limit}`
}

/** Is how fast tickets were generated lately, and how many are to be generated before a batch is done. */
export interface Throughput {
  ticketsPerSecond: number | null
  waitingBefore: number
}

const windowSeconds = 60
const fewestMeasured = 100

/**
 * Measures how fast tickets were generated in the minute before the newest one: those of this job once it has a hundred, those of all
 * batches before. What is settled at the very first moment took its time before it and does not count. And counts what is to be generated
 * until this job is done: its own items, and those of older jobs of its priority or a higher one. The rate is null where fewer than a
 * hundred tickets can be measured.
 */
export async function measureThroughput(sql: Queryable, jobId: number): Promise<Throughput> {
  const [row] = await sql<[{ tickets: number; seconds: number | null; waiting: number }]>`
    WITH own AS (SELECT COUNT(*) >= ${fewestMeasured} AS suffices FROM (
      SELECT FROM ticket_generation_logs WHERE job_id = ${jobId} AND status = 'generated' LIMIT ${fewestMeasured}) AS first_ones),
    newest AS (SELECT MAX(updated_at) AS at FROM ticket_generation_logs
               WHERE status = 'generated' AND updated_at > NOW() - INTERVAL '10 minutes'),
    measured AS (
      SELECT updated_at FROM ticket_generation_logs, newest
      WHERE job_id = ${jobId} AND status = 'generated' AND updated_at > newest.at - ${windowSeconds} * INTERVAL '1 second'
      UNION ALL
      SELECT item.updated_at FROM ticket_generation_logs item JOIN generation_jobs other ON other.id = item.job_id, newest
      WHERE NOT (SELECT suffices FROM own) AND item.job_id <> ${jobId} AND other.batch_id IS NOT NULL
        AND item.status = 'generated' AND item.updated_at > newest.at - ${windowSeconds} * INTERVAL '1 second'),
    span AS (SELECT MIN(updated_at) AS first, MAX(updated_at) AS last FROM measured),
    before AS (
      SELECT other.id FROM generation_jobs other JOIN generation_jobs job ON job.id = ${jobId}
      WHERE other.completed_at IS NULL
        AND (other.id = job.id OR (other.priority = 'high' AND job.priority = 'normal')
             OR (other.priority = job.priority AND other.id < job.id)))
    SELECT (SELECT COUNT(*) FROM measured, span WHERE measured.updated_at > span.first) AS tickets,
      (SELECT EXTRACT(EPOCH FROM last - first) FROM span)::float AS seconds,
      (SELECT COUNT(*) FROM ticket_generation_logs
       WHERE status = 'pending' AND job_id = ANY(ARRAY(SELECT id FROM before))) AS waiting`
  const isMeasured = row.seconds !== null && row.seconds > 0 && row.tickets >= fewestMeasured / 2
  return { ticketsPerSecond: isMeasured ? row.tickets / (row.seconds ?? 1) : null, waitingBefore: row.waiting }
}

/** Measures for how many seconds no ticket of a batch was settled, of the unfinished batch for which that is longest; 0 without one. */
export async function measureStall(sql: Queryable): Promise<number> {
  const [row] = await sql<[{ seconds: number }]>`
    SELECT COALESCE(EXTRACT(EPOCH FROM NOW() - MIN(progress.at)), 0)::float AS seconds
    FROM generation_jobs job,
      LATERAL (SELECT MAX(updated_at) AS at FROM ticket_generation_logs WHERE job_id = job.id) AS progress
    WHERE job.completed_at IS NULL AND job.batch_id IS NOT NULL`
  return Math.max(0, row.seconds)
}
