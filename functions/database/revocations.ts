import type { Queryable } from './client.ts'
import type { TicketRow } from './tickets.ts'

/**
 * Revokes an event's tickets, numbers each revocation within its event, and audits it, in one guarded
 * statement. The event's row stays locked until the transaction ends, so that numbers become visible in
 * order.
 * @returns The tickets that this call revoked.
 */
export async function revokeTickets(
  sql: Queryable,
  { eventId, ticketIds }: { eventId: number; ticketIds: number[] },
  action: 'revoke' | 'reissue',
): Promise<TicketRow[]> {
  return await sql<TicketRow[]>`
    WITH wanted AS (
      SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM generated_tickets
      WHERE id = ANY(${ticketIds}) AND event_id = ${eventId} AND revoked_at IS NULL
    ), counted AS (
      UPDATE events SET revocation_count = revocation_count + (SELECT COUNT(*) FROM wanted)
      WHERE id = ${eventId} AND EXISTS (SELECT FROM wanted)
      RETURNING revocation_count - (SELECT COUNT(*) FROM wanted) AS before
    ), revoked AS (
      UPDATE generated_tickets ticket
      SET revoked_at = NOW(), revocation_number = counted.before + wanted.place, updated_at = NOW()
      FROM wanted, counted
      WHERE ticket.id = wanted.id AND ticket.revoked_at IS NULL
      RETURNING ticket.*
    ), noted AS (
      INSERT INTO ticket_audit (action, event_id, ticket_id) SELECT ${action}, event_id, id FROM revoked
    )
    SELECT * FROM revoked`
}

/**
 * Links each superseded ticket to its successor, which takes over its entries, so that a new code does not
 * admit a second time.
 */
export async function linkReplacements(sql: Queryable, pairs: { oldId: number; newId: number }[]): Promise<void> {
  await sql`
    WITH pair AS (
      SELECT * FROM UNNEST(${pairs.map(({ oldId }) => oldId)}::bigint[], ${pairs.map(({ newId }) => newId)}::bigint[]) AS pair (old_id, new_id)
    ), linked AS (
      UPDATE generated_tickets old SET superseded_by = pair.new_id FROM pair WHERE old.id = pair.old_id
    )
    UPDATE ticket_entries entry SET ticket_id = pair.new_id FROM pair WHERE entry.ticket_id = pair.old_id`
}

/**
 * Reads the codes of an event revoked after a number, in order, and the latest number; undefined for an
 * unknown event.
 */
export async function findRevokedCodes(
  sql: Queryable,
  { eventId, after, limit }: { eventId: number; after: number; limit: number },
) {
  const rows = await sql<{ latest: number; ticket_code: string | null; number: number; is_superseded: boolean }[]>`
    SELECT event.revocation_count AS latest, ticket.ticket_code, ticket.revocation_number AS number,
           ticket.superseded_by IS NOT NULL AS is_superseded
    FROM events event
    LEFT JOIN generated_tickets ticket ON ticket.event_id = event.id AND ticket.revocation_number > ${after}
    WHERE event.id = ${eventId}
    ORDER BY ticket.revocation_number LIMIT ${limit}`
  const [first] = rows
  const codes = rows.flatMap(({ ticket_code, number, is_superseded }) =>
    ticket_code ? [{ ticket_code, number, is_superseded }] : [],
  )
  return first && { latest: first.latest, codes }
}

/**
 * Corrects the key id of valid tickets whose payload this key signed: during an upgrade, the version before
 * migration 0009 writes tickets without one. Reads every ticket. Idempotent.
 * @param head The first characters of all payloads of this key, and of no others.
 */
export async function repairKeyIds(sql: Queryable, kid: number, head: string): Promise<void> {
  await sql`
    UPDATE generated_tickets SET key_id = ${kid}
    WHERE revoked_at IS NULL AND key_id IS DISTINCT FROM ${kid} AND starts_with(qr_code_data, ${head})`
}

/**
 * Lists valid tickets with a payload signed by a key, all of one event, template and version, and counts all
 * of them.
 */
export async function findTicketsOfKey(
  sql: Queryable,
  kid: number,
  limit: number,
): Promise<{ tickets: TicketRow[]; totalCount: number }> {
  const [{ count }] = await sql<[{ count: number }]>`
    SELECT COUNT(*) AS count FROM generated_tickets WHERE key_id = ${kid} AND revoked_at IS NULL`
  const tickets = await sql<TicketRow[]>`
    WITH first AS (
      SELECT event_id, template_id, template_version FROM generated_tickets WHERE key_id = ${kid} AND revoked_at IS NULL
      ORDER BY event_id, template_id, template_version LIMIT 1
    )
    SELECT ticket.* FROM generated_tickets ticket JOIN first USING (event_id, template_id, template_version)
    WHERE key_id = ${kid} AND revoked_at IS NULL
    ORDER BY ticket.guest_id LIMIT ${limit}`
  return { tickets, totalCount: count }
}
