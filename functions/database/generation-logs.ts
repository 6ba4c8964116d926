import type { ErrorCode, FieldProblem } from '../contract/errors.ts'
import type { QrOptions } from '../contract/schemas/requests.ts'
import type { TicketWarning } from '../contract/ticket-warnings.ts'
import type { Queryable } from './client.ts'
import { factsHash, type SubjectRow, subjectColumns, subjectJoins } from './ticket-subject.ts'

/**
 * A pending item with everything its ticket is printed from. `made_at` is when the ticket's code was created;
 * reprinting keeps it.
 */
export interface PendingItem extends SubjectRow {
  item_id: number
  accepted_at: Date
  made_at: Date
  ticket_id: number
  ticket_code: string
  qr_code_data: string
  qr_options: Partial<QrOptions>
  template_id: number
  template_version: number
  guest_id: number
  /** The hash of all that the ticket is printed from. */
  facts: string
}

/** Reads the items that are still pending, in order, so that a redelivered chunk prints nothing. */
export async function findPendingItems(sql: Queryable, jobId: number, itemIds: number[]): Promise<PendingItem[]> {
  return await sql<PendingItem[]>`
    SELECT item.id AS item_id, item.created_at AS accepted_at, ticket.created_at AS made_at, ticket.id AS ticket_id,
           ticket.ticket_code, ticket.qr_code_data, ticket.qr_options, ticket.template_id, ticket.template_version,
           ticket.guest_id, ${factsHash(sql)} AS facts, ${subjectColumns(sql)}
    FROM ticket_generation_logs item
    JOIN generated_tickets ticket ON ticket.id = item.ticket_id
    ${subjectJoins(sql)}
    WHERE item.job_id = ${jobId} AND item.id = ANY(${itemIds}) AND item.status = 'pending'
    ORDER BY item.id`
}

/** The status of an item; `code`, `message` and `details` describe a failure. */
export type ItemStatus =
  | { status: 'pending' | 'generated' | 'cancelled' }
  | { status: 'failed'; code: ErrorCode; message: string; details: FieldProblem[] }

/** Reads the status of an item. */
export async function findItemStatus(sql: Queryable, itemId: number): Promise<ItemStatus | undefined> {
  const [row] = await sql<ItemStatus[]>`
    SELECT status, message, details->>'code' AS code, COALESCE(details->'details', '[]') AS details
    FROM ticket_generation_logs WHERE id = ${itemId}`
  return row
}

/** An item whose PDF is stored; `details` goes into its log row. */
export interface GeneratedItem {
  itemId: number
  key: string
  facts: string
  pdfBytes: number
  generatedAt: Date
  details: { durationMs: number; pdfBytes: number; warnings?: TicketWarning[] }
}

/** The reason why an item failed permanently. */
export interface ItemFailure {
  code: ErrorCode
  message: string
  details: FieldProblem[]
}

/** An item that failed permanently. */
export type FailedItem = ItemFailure & { itemId: number }

/**
 * Settles pending items as generated, in one statement, and points their tickets to the stored files. Settled
 * items stay unchanged. A ticket that a newer job has taken over accepts a file from an older job only if it
 * has none yet, and an erased ticket accepts none. Tickets that may now have orphaned objects are marked.
 * Rows are locked by id, items before tickets: a consistent lock order prevents deadlock.
 * @returns The ids of the items that this call settled.
 */
export async function settleGenerated(sql: Queryable, items: GeneratedItem[]): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    WITH done AS (
      SELECT * FROM UNNEST(${items.map((item) => item.itemId)}::bigint[], ${items.map((item) => item.key)}::text[],
        ${items.map((item) => item.facts)}::text[],
        ${items.map((item) => item.pdfBytes)}::int[], ${items.map((item) => item.generatedAt.toISOString())}::text[]::timestamptz[],
        ${items.map((item) => JSON.stringify(item.details))}::text[]::jsonb[]) AS done (id, key, facts, bytes, at, details)
    ), locked AS (
      SELECT item.id FROM ticket_generation_logs item JOIN done ON done.id = item.id
      WHERE item.status = 'pending' ORDER BY item.id FOR NO KEY UPDATE OF item
    ), settled AS (
      UPDATE ticket_generation_logs item
      SET status = 'generated', message = 'Ticket generated', details = done.details, updated_at = NOW()
      FROM locked JOIN done USING (id) WHERE item.id = locked.id AND item.status = 'pending'
      RETURNING item.id, item.job_id, item.ticket_id, done.key, done.facts, done.bytes, done.at
    ), former AS (
      SELECT ticket.id, ticket.pdf_file_path FROM generated_tickets ticket
      JOIN settled ON ticket.id = settled.ticket_id ORDER BY ticket.id FOR NO KEY UPDATE OF ticket
    ), pointed AS (
      UPDATE generated_tickets ticket
      SET pdf_file_path = settled.key, pdf_bytes = settled.bytes, generated_at = settled.at, printed_facts = settled.facts,
          printed_at = NOW(), updated_at = NOW()
      FROM former JOIN settled ON settled.ticket_id = former.id
      WHERE ticket.id = former.id AND (ticket.job_id = settled.job_id OR ticket.pdf_file_path IS NULL)
        AND ticket.erased_at IS NULL
      RETURNING ticket.id
    ), untidy AS (
      INSERT INTO untidy_tickets (ticket_id)
      SELECT id FROM former WHERE pdf_file_path IS NOT NULL
      UNION
      SELECT item.ticket_id FROM ticket_generation_logs item JOIN done ON done.id = item.id
      WHERE item.ticket_id IS NOT NULL AND item.ticket_id NOT IN (SELECT id FROM pointed)
      ORDER BY 1
      ON CONFLICT (ticket_id) DO UPDATE SET since = NOW()
    )
    SELECT id FROM settled`
  return rows.map(({ id }) => id)
}

/**
 * Settles pending items as failed, each with its code and reason, and marks their tickets as having orphaned
 * objects. Settled items stay unchanged. Rows are locked by id.
 */
export async function settleFailed(sql: Queryable, items: FailedItem[]): Promise<void> {
  await sql`
    WITH failed AS (
      SELECT * FROM UNNEST(${items.map((item) => item.itemId)}::bigint[], ${items.map((item) => item.message)}::text[],
        ${items.map(({ code, details }) => JSON.stringify({ code, details }))}::text[]::jsonb[]) AS failed (id, message, details)
    ), locked AS (
      SELECT item.id FROM ticket_generation_logs item JOIN failed ON failed.id = item.id
      WHERE item.status = 'pending' ORDER BY item.id FOR NO KEY UPDATE OF item
    ), settled AS (
      UPDATE ticket_generation_logs item
      SET status = 'failed', message = failed.message, details = failed.details, updated_at = NOW()
      FROM locked JOIN failed USING (id) WHERE item.id = locked.id AND item.status = 'pending'
      RETURNING item.ticket_id
    )
    INSERT INTO untidy_tickets (ticket_id) SELECT DISTINCT ticket_id FROM settled WHERE ticket_id IS NOT NULL ORDER BY ticket_id
    ON CONFLICT (ticket_id) DO UPDATE SET since = NOW()`
}
