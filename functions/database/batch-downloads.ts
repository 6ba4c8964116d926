import { downloadSilenceSeconds } from '../contract/retries.ts'
import type { DownloadFormat } from '../contract/schemas/download.ts'
import { successor } from './batch-progress.ts'
import type { Queryable } from './client.ts'

/** A row of `batch_downloads`. */
export interface DownloadRow {
  job_id: number
  format: DownloadFormat
  attempt: string
  content_hash: string
  status: 'making' | 'made' | 'failed'
  done_count: number
  total_count: number
  message: string | null
}

/** The key of one attempt to build a download. */
export type DownloadAttempt = Pick<DownloadRow, 'job_id' | 'format' | 'attempt'>

/** A ticket's file in a download. */
export interface DownloadedFile {
  ticket_code: string
  pdf_file_path: string
}

/**
 * Lists the files of a job's valid tickets, in the order of the request. A superseded ticket is replaced by
 * its successor, once that is printed.
 */
export async function listDownloadedFiles(sql: Queryable, jobId: number): Promise<DownloadedFile[]> {
  return await sql<DownloadedFile[]>`
    WITH RECURSIVE standing AS (
      SELECT id AS item_id, ticket_id FROM ticket_generation_logs WHERE job_id = ${jobId} AND status = 'generated'
      UNION ALL
      SELECT item_id, superseded_by FROM standing, ${successor(sql)}
    )
    SELECT ticket_code, pdf_file_path FROM standing, LATERAL (
      SELECT ticket_code, pdf_file_path FROM generated_tickets
      WHERE id = ticket_id AND pdf_file_path IS NOT NULL AND revoked_at IS NULL OFFSET 0
    ) ticket
    ORDER BY item_id`
}

/** Reads the state of a download. */
export async function findDownload(sql: Queryable, jobId: number, format: DownloadFormat): Promise<DownloadRow | undefined> {
  const [row] = await sql<DownloadRow[]>`SELECT * FROM batch_downloads WHERE job_id = ${jobId} AND format = ${format}`
  return row
}

/**
 * Claims a download for a new attempt, unless one of the same tickets made progress or failed within the last
 * minute. Only one of several concurrent calls gets the row.
 */
export async function claimDownload(
  sql: Queryable,
  download: Pick<DownloadRow, 'job_id' | 'format' | 'content_hash' | 'total_count'>,
): Promise<DownloadRow | undefined> {
  const [row] = await sql<DownloadRow[]>`
    INSERT INTO batch_downloads AS known (job_id, format, content_hash, total_count)
    VALUES (${download.job_id}, ${download.format}, ${download.content_hash}, ${download.total_count})
    ON CONFLICT (job_id, format) DO UPDATE SET
      attempt = excluded.attempt, content_hash = excluded.content_hash, status = 'making', done_count = 0,
      total_count = excluded.total_count, message = NULL, updated_at = NOW()
    WHERE known.status = 'made' OR known.content_hash <> excluded.content_hash
      OR known.updated_at < NOW() - ${downloadSilenceSeconds} * INTERVAL '1 second'
    RETURNING *`
  return row
}

/** Withdraws a claim, as if it had never been made. */
export async function releaseDownload(sql: Queryable, { job_id, format, attempt }: DownloadAttempt): Promise<void> {
  await sql`DELETE FROM batch_downloads WHERE job_id = ${job_id} AND format = ${format} AND attempt = ${attempt}`
}

/**
 * Records the progress of an attempt, which also keeps its claim alive.
 * @returns undefined if a newer attempt has replaced it.
 */
export async function recordProgress(
  sql: Queryable,
  { job_id, format, attempt }: DownloadAttempt,
  doneCount: number,
): Promise<DownloadRow | undefined> {
  const [row] = await sql<DownloadRow[]>`
    UPDATE batch_downloads SET done_count = ${doneCount}, updated_at = NOW()
    WHERE job_id = ${job_id} AND format = ${format} AND attempt = ${attempt} AND status = 'making'
    RETURNING *`
  return row
}

/**
 * Settles an attempt as made, or as failed with the reason. Idempotent; does nothing for a replaced attempt.
 */
export async function settleDownload(
  sql: Queryable,
  { job_id, format, attempt }: DownloadAttempt,
  failure: string | null,
): Promise<void> {
  await sql`
    UPDATE batch_downloads
    SET status = ${failure === null ? 'made' : 'failed'}, message = ${failure}, updated_at = NOW(),
        done_count = CASE WHEN ${failure === null} THEN total_count ELSE done_count END
    WHERE job_id = ${job_id} AND format = ${format} AND attempt = ${attempt} AND status = 'making'`
}
