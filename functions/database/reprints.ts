import { ticketsPerChunk } from '../contract/queues.ts'
import { reprinting } from '../contract/retries.ts'
import type { Queryable, Sql } from './client.ts'
import type { TicketRow } from './tickets.ts'

/** The pending item of a ticket that a guest waits for, in a reprint job of its event. */
export interface Reprint {
  jobId: number
  itemId: number
}

/** A ticket as it was read before its reprint. */
type ReadTicket = Pick<TicketRow, 'id' | 'job_id' | 'event_id' | 'guest_id'>

/**
 * Adds a ticket to the open reprint job of its event, unless it is already waiting. A job is open until its
 * print begins or it is full, so requests that arrive during a print share the next one. The ticket is locked
 * before its job, as a renderer locks them.
 * @returns undefined if another job has printed the ticket since it was read.
 */
export async function joinReprint(sql: Sql, ticket: ReadTicket): Promise<Reprint | undefined> {
  return await sql.begin(async (transaction) => {
    const [row] = await transaction<[Pick<TicketRow, 'job_id' | 'template_id' | 'template_version'>]>`
      SELECT job_id, template_id, template_version FROM generated_tickets WHERE id = ${ticket.id} FOR NO KEY UPDATE`
    const [waiting] = await transaction<Reprint[]>`
      SELECT item.job_id AS "jobId", item.id AS "itemId"
      FROM ticket_generation_logs item JOIN generation_jobs job ON job.id = item.job_id
      WHERE item.ticket_id = ${ticket.id} AND item.status = 'pending' AND ${isReprint(transaction)}`
    if (waiting) return waiting
    if (row.job_id !== ticket.job_id) return undefined
    const jobId = (await joinJob(transaction, ticket)) ?? (await insertJob(transaction, { ...ticket, ...row }))
    const [item] = await transaction<[{ id: number }]>`
      WITH moved AS (UPDATE generated_tickets SET job_id = ${jobId}, updated_at = NOW() WHERE id = ${ticket.id})
      INSERT INTO ticket_generation_logs (job_id, guest_id, ticket_id) VALUES (${jobId}, ${ticket.guest_id}, ${ticket.id}) RETURNING id`
    return { jobId, itemId: item.id }
  })
}

/** Selects reprints for guests: a batch has an id, and a single generation a high priority. */
function isReprint(sql: Queryable) {
  return sql`job.batch_id IS NULL AND job.priority = 'normal'`
}

async function joinJob(sql: Queryable, ticket: ReadTicket): Promise<number | undefined> {
  const [job] = await sql<{ id: number }[]>`
    UPDATE generation_jobs SET total_count = total_count + 1 WHERE id = (
      SELECT id FROM generation_jobs job
      WHERE event_id = ${ticket.event_id} AND ${isReprint(sql)} AND completed_at IS NULL AND sent_at IS NULL
        AND total_count < ${ticketsPerChunk}
      ORDER BY id LIMIT 1 FOR UPDATE)
    RETURNING id`
  return job?.id
}

async function insertJob(
  sql: Queryable,
  ticket: Pick<TicketRow, 'event_id' | 'template_id' | 'template_version'>,
): Promise<number> {
  const [job] = await sql<[{ id: number }]>`
    INSERT INTO generation_jobs (event_id, template_id, template_version, priority, total_count)
    VALUES (${ticket.event_id}, ${ticket.template_id}, ${ticket.template_version}, 'normal', 1) RETURNING id`
  return job.id
}

/**
 * Claims a reprint job, unless another call prints it, too many jobs are being printed, or one of its event
 * is: the guests who wait for that one fill the next job. A second one may begin once the first is slow. A
 * claim ends after `claimSeconds`, or when it is released.
 * @returns The ids of the items to print; none if there is nothing to claim.
 */
export async function claimReprints(sql: Queryable, jobId: number): Promise<number[]> {
  const ago = (seconds: number) => sql`NOW() - ${seconds} * INTERVAL '1 second'`
  const claimEnd = ago(reprinting.claimSeconds)
  const rows = await sql<{ id: number }[]>`
    WITH running AS (
      SELECT event_id, sent_at <= ${ago(reprinting.slowSeconds)} AS is_slow FROM generation_jobs job
      WHERE completed_at IS NULL AND ${isReprint(sql)} AND sent_at > ${claimEnd}
    ), claimed AS (
      UPDATE generation_jobs job SET sent_at = NOW()
      WHERE id = ${jobId} AND completed_at IS NULL AND (sent_at IS NULL OR sent_at <= ${claimEnd})
        AND (SELECT COUNT(*) FROM running) < ${reprinting.concurrent}
        AND (SELECT BOOL_AND(is_slow) AND COUNT(*) = 1 OR COUNT(*) = 0 FROM running WHERE running.event_id = job.event_id)
      RETURNING id
    )
    SELECT item.id FROM ticket_generation_logs item JOIN claimed ON claimed.id = item.job_id
    WHERE item.status = 'pending' ORDER BY item.id`
  return rows.map(({ id }) => id)
}

/** Releases the claim on a reprint job. */
export async function releaseReprints(sql: Queryable, jobId: number): Promise<void> {
  await sql`UPDATE generation_jobs SET sent_at = NULL WHERE id = ${jobId} AND completed_at IS NULL`
}
