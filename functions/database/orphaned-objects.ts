import type { Queryable } from './client.ts'
import type { TicketRow } from './tickets.ts'

/**
 * Marks tickets as having orphaned objects from now on: files in their folders of the bucket that their rows
 * do not name. The order of ids prevents deadlock. Idempotent.
 */
export async function markTicketsWithOrphans(sql: Queryable, ticketIds: number[]): Promise<void> {
  await sql`
    INSERT INTO untidy_tickets (ticket_id) SELECT DISTINCT UNNEST(${ticketIds}::bigint[]) AS id ORDER BY id
    ON CONFLICT (ticket_id) DO UPDATE SET since = NOW()`
}

/** Marks the tickets of items as having orphaned objects from now on. Idempotent. */
export async function markItemsWithOrphans(sql: Queryable, itemIds: number[]): Promise<void> {
  await sql`
    INSERT INTO untidy_tickets (ticket_id)
    SELECT DISTINCT ticket_id FROM ticket_generation_logs WHERE id = ANY(${itemIds}) AND ticket_id IS NOT NULL ORDER BY ticket_id
    ON CONFLICT (ticket_id) DO UPDATE SET since = NOW()`
}

/**
 * Lists tickets marked as having orphaned objects for longer than the given age. Tickets that are pending are
 * excluded: a renderer may be about to store a file under the name that cleanup would delete.
 */
export async function findTicketsWithOrphans(sql: Queryable, olderThanSeconds: number) {
  return await sql<Pick<TicketRow, 'id' | 'event_id' | 'pdf_file_path'>[]>`
    SELECT ticket.id, ticket.event_id, ticket.pdf_file_path
    FROM untidy_tickets untidy JOIN generated_tickets ticket ON ticket.id = untidy.ticket_id
    WHERE untidy.since < NOW() - ${olderThanSeconds} * INTERVAL '1 second'
      AND NOT EXISTS (SELECT FROM ticket_generation_logs WHERE ticket_id = ticket.id AND status = 'pending')
    ORDER BY untidy.since LIMIT 500`
}

/** Unmarks tickets that have been cleaned up, unless they were marked again meanwhile. */
export async function unmarkTicketsWithOrphans(sql: Queryable, ticketIds: number[], olderThanSeconds: number): Promise<void> {
  await sql`
    WITH locked AS (
      SELECT ticket_id FROM untidy_tickets WHERE ticket_id = ANY(${ticketIds}) ORDER BY ticket_id FOR UPDATE
    )
    DELETE FROM untidy_tickets untidy USING locked
    WHERE untidy.ticket_id = locked.ticket_id AND since < NOW() - ${olderThanSeconds} * INTERVAL '1 second'`
}
