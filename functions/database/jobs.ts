import type { Priority } from '../contract/queues.ts'
import type { QrOptions } from '../contract/schemas/requests.ts'
import type { SheetLayout } from '../contract/template-check.ts'
import type { Queryable } from './client.ts'

/** A row of `generation_jobs` that is a batch. */
export interface BatchRow {
  id: number
  batch_id: string
  request_hash: string
  event_id: number
  template_id: number
  template_version: number
  /** Whether the request named the version; else existing tickets keep their own. */
  version_named: boolean
  priority: Priority
  status: 'processing' | 'completed' | 'cancelled'
  total_count: number
  qr_options: Partial<QrOptions>
  valid_from: Date | null
  expires_at: Date | null
  /** The request that its work is done for: the first one, or a retry. */
  request_id: string | null
  created_at: Date
  completed_at: Date | null
}

/** Inserts the job of a single generation and returns its id. */
export async function insertSingleJob(
  sql: Queryable,
  job: { eventId: number; templateId: number; templateVersion: number },
): Promise<number> {
  const [row] = await sql<[{ id: number }]>`
    INSERT INTO generation_jobs (event_id, template_id, template_version, priority, total_count)
    VALUES (${job.eventId}, ${job.templateId}, ${job.templateVersion}, 'high', 1)
    RETURNING id`
  return row.id
}

/** Inserts a batch unless its id is taken; a concurrent second call waits for the first. */
export async function insertBatch(
  sql: Queryable,
  batch: Omit<BatchRow, 'id' | 'status' | 'created_at' | 'completed_at'>,
): Promise<BatchRow | undefined> {
  const [row] = await sql<BatchRow[]>`
    INSERT INTO generation_jobs (batch_id, request_hash, event_id, template_id, template_version, version_named, priority, total_count,
                                 qr_options, valid_from, expires_at, request_id)
    VALUES (${batch.batch_id}, ${batch.request_hash}, ${batch.event_id}, ${batch.template_id}, ${batch.template_version},
            ${batch.version_named}, ${batch.priority}, ${batch.total_count}, ${sql.json(batch.qr_options)},
            ${batch.valid_from}, ${batch.expires_at}, ${batch.request_id})
    ON CONFLICT (batch_id) DO NOTHING
    RETURNING *`
  return row
}

/** Reads a batch. */
export async function findBatch(sql: Queryable, batchId: string): Promise<BatchRow | undefined> {
  const [row] = await sql<BatchRow[]>`SELECT * FROM generation_jobs WHERE batch_id = ${batchId}`
  return row
}

/** Reads a batch by its job id. */
export async function findBatchOfJob(sql: Queryable, jobId: number): Promise<BatchRow | undefined> {
  const [row] = await sql<BatchRow[]>`SELECT * FROM generation_jobs WHERE id = ${jobId} AND batch_id IS NOT NULL`
  return row
}

/** A batch with its event's title and its template's sheet layout; `sheet` is null where each ticket has its own pages. */
export type BatchDetails = BatchRow & { event_title: string; sheet: SheetLayout | null }

/** Reads a batch by its job id. */
export async function findBatchDetails(sql: Queryable, jobId: number): Promise<BatchDetails | undefined> {
  const [row] = await sql<BatchDetails[]>`
    SELECT job.*, event.title AS event_title, template.sheet
    FROM generation_jobs job JOIN events event ON event.id = job.event_id
    JOIN templates template ON template.id = job.template_id AND template.version = job.template_version
    WHERE job.id = ${jobId} AND job.batch_id IS NOT NULL`
  return row
}

/** Records how many items a batch has. */
export async function setTotalCount(sql: Queryable, jobId: number, totalCount: number): Promise<void> {
  await sql`UPDATE generation_jobs SET total_count = ${totalCount} WHERE id = ${jobId}`
}

/** Reopens an ended batch for another request. */
export async function reopenJob(sql: Queryable, jobId: number, requestId: string | null): Promise<void> {
  await sql`
    UPDATE generation_jobs SET status = 'processing', completed_at = NULL, request_id = ${requestId} WHERE id = ${jobId}`
}

/**
 * Ends a job without pending items: as cancelled if any item is, else as completed. Idempotent. The lock is a
 * separate statement, so that of two transactions that settle the last items, the second sees what the first
 * settled.
 * @returns Whether this call ended the job.
 */
export async function completeJob(sql: Queryable, jobId: number): Promise<boolean> {
  const lock = sql`SELECT FROM generation_jobs WHERE id = ${jobId} FOR UPDATE`
  const end = sql`
    UPDATE generation_jobs
    SET completed_at = NOW(),
        status = CASE WHEN EXISTS (SELECT FROM ticket_generation_logs WHERE job_id = ${jobId} AND status = 'cancelled')
                 THEN 'cancelled' ELSE 'completed' END
    WHERE id = ${jobId} AND completed_at IS NULL
      AND NOT EXISTS (SELECT FROM ticket_generation_logs WHERE job_id = ${jobId} AND status = 'pending')
    RETURNING id`
  const [, rows] = await Promise.all([lock, end])
  return rows.length > 0
}

/** Records that all pending items of a job were queued. Idempotent. */
export async function markSent(sql: Queryable, jobId: number): Promise<void> {
  await sql`UPDATE generation_jobs SET sent_at = NOW() WHERE id = ${jobId}`
}

/** A batch that may have lost chunks. */
export type LostJob = Pick<BatchRow, 'id' | 'event_id' | 'priority' | 'request_id'>

/**
 * Lists open batches, oldest first, with items that have been pending for the given age and have not been
 * queued since they were accepted or reopened; `sentToo` adds those queued longer ago than that.
 */
export async function findLostJobs(
  sql: Queryable,
  filter: { priority: Priority; olderThanSeconds: number; sentToo: boolean },
): Promise<LostJob[]> {
  return await sql<LostJob[]>`
    SELECT id, event_id, priority, request_id FROM generation_jobs job
    WHERE completed_at IS NULL AND batch_id IS NOT NULL AND priority = ${filter.priority} AND EXISTS (
      SELECT FROM ticket_generation_logs item
      WHERE item.job_id = job.id AND item.status = 'pending' AND item.given IS NULL
        AND (${filter.sentToo} OR job.sent_at IS NULL OR item.updated_at > job.sent_at)
        AND GREATEST(item.updated_at, job.sent_at) < NOW() - ${filter.olderThanSeconds} * INTERVAL '1 second')
    ORDER BY id LIMIT 100`
}
