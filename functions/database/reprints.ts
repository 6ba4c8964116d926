import type { Queryable, Sql } from './client.ts'
import { isOutdated, subjectJoins } from './ticket-subject.ts'

/** A ticket that somebody waits for: its pending item, in the open reprint job of its event. */
export interface Reprint {
  jobId: number
  itemId: number
}

/**
 * Adds a ticket to the open reprint job of its event, unless it waits there already. One job for all who wait
 * lets one print serve them. The ticket is locked before its job, as a renderer locks them.
 */
export async function joinReprint(sql: Sql, ticket: { id: number; event_id: number; guest_id: number }): Promise<Reprint> {
  return await sql.begin(async (transaction) => {
    const [row] = await transaction<[{ template_id: number; template_version: number }]>`
      SELECT template_id, template_version FROM generated_tickets WHERE id = ${ticket.id} FOR NO KEY UPDATE`
    const [waiting] = await transaction<Reprint[]>`
      SELECT item.job_id AS "jobId", item.id AS "itemId"
      FROM ticket_generation_logs item JOIN generation_jobs job ON job.id = item.job_id
      WHERE item.ticket_id = ${ticket.id} AND item.status = 'pending' AND job.batch_id IS NULL AND job.priority = 'normal'`
    if (waiting) return waiting
    const [open] = await transaction<{ id: number }[]>`
      SELECT id FROM generation_jobs
      WHERE event_id = ${ticket.event_id} AND batch_id IS NULL AND priority = 'normal' AND completed_at IS NULL
      ORDER BY id LIMIT 1 FOR UPDATE`
    const [job] = open
      ? [open]
      : await transaction<[{ id: number }]>`
          INSERT INTO generation_jobs (event_id, template_id, template_version, priority, total_count)
          VALUES (${ticket.event_id}, ${row.template_id}, ${row.template_version}, 'normal', 1) RETURNING id`
    const [item] = await transaction<[{ id: number }]>`
      WITH moved AS (UPDATE generated_tickets SET job_id = ${job.id}, updated_at = NOW() WHERE id = ${ticket.id})
      INSERT INTO ticket_generation_logs (job_id, guest_id, ticket_id) VALUES (${job.id}, ${ticket.guest_id}, ${ticket.id}) RETURNING id`
    return { jobId: job.id, itemId: item.id }
  })
}

/**
 * Claims the pending items of a reprint job, unless somebody else prints it; a claim ends after `seconds`, or
 * when it is released.
 * @returns The ids of the items to print, at most `limit`; none if there is nothing to claim.
 */
export async function claimReprints(
  sql: Queryable,
  jobId: number,
  { seconds, limit }: { seconds: number; limit: number },
): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    WITH claimed AS (
      UPDATE generation_jobs SET sent_at = NOW()
      WHERE id = ${jobId} AND completed_at IS NULL AND (sent_at IS NULL OR sent_at < NOW() - ${seconds} * INTERVAL '1 second')
      RETURNING id
    )
    SELECT item.id FROM ticket_generation_logs item JOIN claimed ON claimed.id = item.job_id
    WHERE item.status = 'pending' ORDER BY item.id LIMIT ${limit}`
  return rows.map(({ id }) => id)
}

/** Releases the claim on a reprint job. */
export async function releaseReprints(sql: Queryable, jobId: number): Promise<void> {
  await sql`UPDATE generation_jobs SET sent_at = NULL WHERE id = ${jobId}`
}

/** Counts the reprint jobs that are being printed. */
export async function countRunningReprints(sql: Queryable, seconds: number): Promise<number> {
  const [row] = await sql<[{ count: number }]>`
    SELECT COUNT(*) AS count FROM generation_jobs
    WHERE completed_at IS NULL AND batch_id IS NULL AND priority = 'normal' AND sent_at > NOW() - ${seconds} * INTERVAL '1 second'`
  return row.count
}

/** The file of a ticket: its key, and whether it was printed from facts that have changed since. */
export interface StoredFile {
  key: string | null
  outdated: boolean
}

/** Reads the status of an item and the file of its ticket. */
export async function findReprint(sql: Queryable, itemId: number): Promise<(StoredFile & { status: string }) | undefined> {
  const [row] = await sql<(StoredFile & { status: string })[]>`
    SELECT item.status, ticket.pdf_file_path AS key, ${isOutdated(sql)} AS outdated
    FROM ticket_generation_logs item JOIN generated_tickets ticket ON ticket.id = item.ticket_id ${subjectJoins(sql)}
    WHERE item.id = ${itemId}`
  return row
}
