import type { Queryable } from './client.ts'
import type { FailedItem } from './generation-logs.ts'

/** Inserts the pending item of a single ticket and returns its id. */
export async function insertPendingItem(
  sql: Queryable,
  item: { jobId: number; guestId: number; ticketId: number },
): Promise<number> {
  const [row] = await sql<[{ id: number }]>`
    INSERT INTO ticket_generation_logs (job_id, guest_id, ticket_id)
    VALUES (${item.jobId}, ${item.guestId}, ${item.ticketId})
    RETURNING id`
  return row.id
}

/** An item to insert: pending with its ticket, or already failed with the reason. */
export interface NewItem {
  guestId: number
  ticketId: number | null
  failure?: Omit<FailedItem, 'itemId'>
}

/** Inserts items of a batch in one statement and returns the ids of the pending ones, both in the given order. */
export async function insertItems(sql: Queryable, jobId: number, items: NewItem[]): Promise<number[]> {
  const rows = await sql<{ id: number; status: string }[]>`
    INSERT INTO ticket_generation_logs (job_id, guest_id, ticket_id, status, message, details)
    SELECT ${jobId}, guest_id, ticket_id, status, message, details::jsonb
    FROM UNNEST(${items.map((item) => item.guestId)}::bigint[], ${items.map((item) => item.ticketId)}::bigint[],
      ${items.map((item) => (item.failure ? 'failed' : 'pending'))}::text[], ${items.map((item) => item.failure?.message ?? null)}::text[],
      ${items.map((item) => describeFailure(item.failure))}::text[])
      WITH ORDINALITY AS item (guest_id, ticket_id, status, message, details, position)
    ORDER BY position
    RETURNING id, status`
  return rows.filter(({ status }) => status === 'pending').map(({ id }) => id)
}

function describeFailure(failure: NewItem['failure']): string {
  return JSON.stringify(failure ? { code: failure.code, details: failure.details } : {})
}

/**
 * Lists the pending items of a job that have not been queued since they were accepted or reopened, in order;
 * `sentToo` adds the others.
 */
export async function findItemsToSend(
  sql: Queryable,
  jobId: number,
  { sentToo }: { sentToo: boolean },
): Promise<{ id: number; ticket_id: number }[]> {
  return await sql<{ id: number; ticket_id: number }[]>`
    SELECT item.id, item.ticket_id FROM ticket_generation_logs item JOIN generation_jobs job ON job.id = item.job_id
    WHERE item.job_id = ${jobId} AND item.status = 'pending'
      AND (${sentToo} OR job.sent_at IS NULL OR item.updated_at > job.sent_at)
    ORDER BY item.id`
}

/** Cancels the pending items of a job and returns their count; prints in progress are discarded. Idempotent. */
export async function cancelItems(sql: Queryable, jobId: number): Promise<number> {
  const [row] = await sql<[{ count: number }]>`
    WITH cancelled AS (
      UPDATE ticket_generation_logs SET status = 'cancelled', message = 'Cancelled before it was printed', updated_at = NOW()
      WHERE id IN (SELECT id FROM ticket_generation_logs WHERE job_id = ${jobId} AND status = 'pending' ORDER BY id FOR UPDATE)
      RETURNING ticket_id
    ), untidy AS (
      INSERT INTO untidy_tickets (ticket_id) SELECT ticket_id FROM cancelled WHERE ticket_id IS NOT NULL ORDER BY ticket_id
      ON CONFLICT (ticket_id) DO UPDATE SET since = NOW()
    )
    SELECT COUNT(*) AS count FROM cancelled`
  return row.count
}

/**
 * Reads and locks the failed items of a job, in order, until the transaction ends. `ticket_id` is null where
 * the guest had no ticket. Of two concurrent retries, the second finds none.
 */
export async function lockFailedItems(
  sql: Queryable,
  jobId: number,
): Promise<{ id: number; guest_id: number; ticket_id: number | null }[]> {
  return await sql<{ id: number; guest_id: number; ticket_id: number | null }[]>`
    SELECT id, guest_id, ticket_id FROM ticket_generation_logs WHERE job_id = ${jobId} AND status = 'failed' ORDER BY id
    FOR NO KEY UPDATE`
}

/** Makes failed items pending again, each with its ticket. The transaction must hold their locks. */
export async function reopenItems(sql: Queryable, items: { id: number; ticketId: number }[]): Promise<void> {
  await sql`
    UPDATE ticket_generation_logs item
    SET status = 'pending', message = NULL, details = '{}', ticket_id = again.ticket_id, updated_at = NOW()
    FROM UNNEST(${items.map(({ id }) => id)}::bigint[], ${items.map(({ ticketId }) => ticketId)}::bigint[]) AS again (id, ticket_id)
    WHERE item.id = again.id AND item.status = 'failed'`
}

/** Lists pending items of single generations whose caller has given up waiting. */
export async function findAbandonedItems(sql: Queryable, olderThanSeconds: number): Promise<{ id: number; job_id: number }[]> {
  return await sql<{ id: number; job_id: number }[]>`
    SELECT item.id, item.job_id FROM generation_jobs job JOIN ticket_generation_logs item ON item.job_id = job.id
    WHERE job.completed_at IS NULL AND job.batch_id IS NULL AND item.status = 'pending'
      AND item.created_at < NOW() - ${olderThanSeconds} * INTERVAL '1 second'
    ORDER BY item.id LIMIT 1000`
}

/** Lists open jobs without pending items. Transactions rule them out; only a bug could leave one. */
export async function findUnfinishedJobs(sql: Queryable, olderThanSeconds: number): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    SELECT id FROM generation_jobs job
    WHERE completed_at IS NULL AND created_at < NOW() - ${olderThanSeconds} * INTERVAL '1 second'
      AND NOT EXISTS (SELECT FROM ticket_generation_logs WHERE job_id = job.id AND status = 'pending')
    ORDER BY id LIMIT 100`
  return rows.map(({ id }) => id)
}
