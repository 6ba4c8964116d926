import type { Queryable } from './client.ts'
import type { FailedItem } from './generation-logs.ts'
import { isOutdated, subjectJoins } from './ticket-subject.ts'

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

/** Inserts prepared items of a batch in one statement, in the given order. */
export async function insertItems(sql: Queryable, jobId: number, items: { guestId: number; ticketId: number }[]): Promise<void> {
  await sql`
    INSERT INTO ticket_generation_logs (job_id, guest_id, ticket_id)
    SELECT ${jobId}, guest_id, ticket_id
    FROM UNNEST(${items.map((item) => item.guestId)}::bigint[], ${items.map((item) => item.ticketId)}::bigint[])
      WITH ORDINALITY AS item (guest_id, ticket_id, position)
    ORDER BY position`
}

/** Inserts the items of a batch before they have tickets, in order, with the data that the request gave for each guest. */
export async function insertUnpreparedItems(
  sql: Queryable,
  jobId: number,
  guests: ReadonlyMap<number, Record<string, unknown>>,
): Promise<void> {
  await sql`
    INSERT INTO ticket_generation_logs (job_id, guest_id, given)
    SELECT ${jobId}, guest_id, given::jsonb
    FROM UNNEST(${[...guests.keys()]}::bigint[], ${[...guests.values()].map((data) => JSON.stringify(data))}::text[])
      WITH ORDINALITY AS item (guest_id, given, position)
    ORDER BY position`
}

/** Inserts the outdated tickets of an event as items of a batch to prepare, by guest, and returns their count. */
export async function insertOutdatedItems(sql: Queryable, eventId: number, jobId: number): Promise<number> {
  const rows = await sql`
    INSERT INTO ticket_generation_logs (job_id, guest_id, ticket_id, given)
    SELECT ${jobId}, ticket.guest_id, ticket.id, '{}' FROM generated_tickets ticket ${subjectJoins(sql)}
    WHERE ticket.event_id = ${eventId} AND ${isOutdated(sql)} ORDER BY ticket.guest_id`
  return rows.count
}

/**
 * An item to prepare, and the data that the request gave for its guest. One that was prepared before, or is of a
 * reprint, has a ticket.
 */
export interface UnpreparedItem {
  id: number
  guest_id: number
  ticket_id: number | null
  given: Record<string, unknown>
}

/** Reads and locks the items to prepare, in order, except those that a concurrent call holds. */
export async function lockUnpreparedItems(
  sql: Queryable,
  jobId: number,
  page: { after: number; limit: number },
): Promise<UnpreparedItem[]> {
  return await sql<UnpreparedItem[]>`
    SELECT id, guest_id, ticket_id, given FROM ticket_generation_logs
    WHERE job_id = ${jobId} AND status = 'pending' AND given IS NOT NULL AND id > ${page.after}
    ORDER BY id LIMIT ${page.limit} FOR UPDATE SKIP LOCKED`
}

/** Checks whether a job has items left to prepare. */
export async function hasUnpreparedItems(sql: Queryable, jobId: number): Promise<boolean> {
  const rows = await sql`
    SELECT FROM ticket_generation_logs WHERE job_id = ${jobId} AND status = 'pending' AND given IS NOT NULL LIMIT 1`
  return rows.length > 0
}

/** Assigns items their tickets, or fails them. The transaction must hold their locks. */
export async function settlePrepared(
  sql: Queryable,
  items: { id: number; ticketId: number | undefined; failure: Omit<FailedItem, 'itemId'> | undefined }[],
): Promise<void> {
  await sql`
    UPDATE ticket_generation_logs item
    SET given = NULL, ticket_id = COALESCE(ready.ticket_id, item.ticket_id), status = ready.status, message = ready.message,
        details = ready.details::jsonb, updated_at = NOW()
    FROM UNNEST(${items.map(({ id }) => id)}::bigint[], ${items.map(({ ticketId }) => ticketId ?? null)}::bigint[],
      ${items.map(({ failure }) => (failure ? 'failed' : 'pending'))}::text[],
      ${items.map(({ failure }) => failure?.message ?? null)}::text[], ${items.map(({ failure }) => describeFailure(failure))}::text[])
      AS ready (id, ticket_id, status, message, details)
    WHERE item.id = ready.id`
}

function describeFailure(failure: Omit<FailedItem, 'itemId'> | undefined): string {
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
    WHERE item.job_id = ${jobId} AND item.status = 'pending' AND item.given IS NULL
      AND (${sentToo} OR job.sent_at IS NULL OR item.updated_at > job.sent_at)
    ORDER BY item.id`
}

/** Cancels the pending items of a job and returns their guests; prints in progress are discarded. Idempotent. */
export async function cancelItems(sql: Queryable, jobId: number): Promise<number[]> {
  const rows = await sql<{ guest_id: number }[]>`
    WITH cancelled AS (
      UPDATE ticket_generation_logs SET status = 'cancelled', message = 'Cancelled before it was printed', given = NULL, updated_at = NOW()
      WHERE id IN (SELECT id FROM ticket_generation_logs WHERE job_id = ${jobId} AND status = 'pending' ORDER BY id FOR UPDATE)
      RETURNING ticket_id, guest_id
    ), untidy AS (
      INSERT INTO untidy_tickets (ticket_id) SELECT ticket_id FROM cancelled WHERE ticket_id IS NOT NULL ORDER BY ticket_id
      ON CONFLICT (ticket_id) DO UPDATE SET since = NOW()
    )
    SELECT guest_id FROM cancelled`
  return rows.map(({ guest_id }) => guest_id)
}

/** Makes the failed items of a job pending again, to be prepared anew. Of two concurrent calls, the second finds none. */
export async function reopenFailedItems(sql: Queryable, jobId: number): Promise<number> {
  const rows = await sql`
    UPDATE ticket_generation_logs SET status = 'pending', message = NULL, details = '{}', given = '{}', updated_at = NOW()
    WHERE id IN (SELECT id FROM ticket_generation_logs WHERE job_id = ${jobId} AND status = 'failed' ORDER BY id FOR NO KEY UPDATE)
    RETURNING id`
  return rows.length
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

/** Lists open batches with items that were not prepared in time, each with the request that its work is done for. */
export async function findUnpreparedJobs(
  sql: Queryable,
  olderThanSeconds: number,
): Promise<{ id: number; request_id: string | null }[]> {
  return await sql<{ id: number; request_id: string | null }[]>`
    SELECT id, request_id FROM generation_jobs job
    WHERE completed_at IS NULL AND batch_id IS NOT NULL AND EXISTS (
      SELECT FROM ticket_generation_logs
      WHERE job_id = job.id AND status = 'pending' AND given IS NOT NULL AND updated_at < NOW() - ${olderThanSeconds} * INTERVAL '1 second')
    ORDER BY id LIMIT 100`
}
