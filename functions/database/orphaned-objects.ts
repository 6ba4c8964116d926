import type { Queryable } from './client.ts'

/** Is a ticket whose folder in the bucket may hold files that its row does not name. */
export interface TicketWithOrphans {
  id: number
  event_id: number
  pdf_file_path: string | null
}

/** Notes tickets as untidy from now on, in the order of their ids: two at once cannot lock each other out. Idempotent. */
export async function noteTicketsWithOrphans(sql: Queryable, ticketIds: number[]): Promise<void> {
  await sql`
    INSERT INTO untidy_tickets (ticket_id) SELECT DISTINCT UNNEST(${ticketIds}::bigint[]) AS id ORDER BY id
    ON CONFLICT (ticket_id) DO UPDATE SET since = NOW()`
}

/** Notes the tickets of work items as untidy from now on. Idempotent. */
export async function noteItemsWithOrphans(sql: Queryable, itemIds: number[]): Promise<void> {
  await sql`
    INSERT INTO untidy_tickets (ticket_id)
    SELECT DISTINCT ticket_id FROM ticket_generation_logs WHERE id = ANY(${itemIds}) AND ticket_id IS NOT NULL ORDER BY ticket_id
    ON CONFLICT (ticket_id) DO UPDATE SET since = NOW()`
}

/**
 * Lists tickets that were noted as untidy longer ago than the age given. Those that wait to be printed are left out: a renderer may be about
 * to store the very file that is to go, under the same name.
 */
export async function findTicketsWithOrphans(sql: Queryable, olderThanSeconds: number): Promise<TicketWithOrphans[]> {
  return await sql<TicketWithOrphans[]>`
    SELECT ticket.id, ticket.event_id, ticket.pdf_file_path
    FROM untidy_tickets untidy JOIN generated_tickets ticket ON ticket.id = untidy.ticket_id
    WHERE untidy.since < NOW() - ${olderThanSeconds} * INTERVAL '1 second'
      AND NOT EXISTS (SELECT FROM ticket_generation_logs WHERE ticket_id = ticket.id AND status = 'pending')
    ORDER BY untidy.since LIMIT 500`
}

/** Forgets tickets that have been tidied, unless they were noted again since. */
export async function forgetTicketsWithOrphans(sql: Queryable, ticketIds: number[], olderThanSeconds: number): Promise<void> {
  await sql`
    WITH locked AS (
      SELECT ticket_id FROM untidy_tickets WHERE ticket_id = ANY(${ticketIds}) ORDER BY ticket_id FOR UPDATE
    )
    DELETE FROM untidy_tickets untidy USING locked
    WHERE untidy.ticket_id = locked.ticket_id AND since < NOW() - ${olderThanSeconds} * INTERVAL '1 second'`
}
