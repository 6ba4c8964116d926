import type { Queryable } from './client.ts'
import type { EntryRow } from './entries.ts'
import type { SubjectRow } from './ticket-subject.ts'
import type { TicketRow } from './tickets.ts'

/** An offline scan to insert. */
export type NewScan = Omit<EntryRow, 'id' | 'event_id' | 'door_id' | 'offline' | 'received_at'>

/**
 * Reads and locks the tickets with the given codes and their replacements, in id order, until the transaction
 * ends.
 */
export async function lockTicketsOfCodes(sql: Queryable, eventId: number, codes: string[]): Promise<TicketRow[]> {
  const tickets = await sql<TicketRow[]>`
    WITH RECURSIVE chain AS (
      SELECT id, superseded_by FROM generated_tickets WHERE ticket_code = ANY(${codes}) AND event_id = ${eventId}
      UNION SELECT ticket.id, ticket.superseded_by FROM generated_tickets ticket JOIN chain ON ticket.id = chain.superseded_by
    )
    SELECT * FROM generated_tickets WHERE id IN (SELECT id FROM chain) ORDER BY id FOR UPDATE`
  const ids = new Set(tickets.map(({ id }) => id))
  const isWhole = tickets.every(({ superseded_by }) => superseded_by === null || ids.has(superseded_by))
  // A ticket was reissued while this call waited for its lock.
  return isWhole ? tickets : await lockTicketsOfCodes(sql, eventId, codes)
}

/** Reads the codes of tickets of an event by their ids. */
export async function findCodes(sql: Queryable, eventId: number, ticketIds: number[]): Promise<Map<number, string>> {
  const tickets = await sql<{ id: number; ticket_code: string }[]>`
    SELECT id, ticket_code FROM generated_tickets WHERE id = ANY(${ticketIds}) AND event_id = ${eventId}`
  return new Map(tickets.map(({ id, ticket_code }) => [id, ticket_code]))
}

/**
 * Reads the outcomes of settled scans of an event, the one to answer with last: a scan that was refused
 * online may still have admitted somebody offline.
 */
export async function findSettledScans(sql: Queryable, eventId: number, scanIds: string[]): Promise<EntryRow[]> {
  return await sql<EntryRow[]>`
    SELECT * FROM ticket_entries WHERE event_id = ${eventId} AND scan_id = ANY(${scanIds}::uuid[]) AND (offline OR outcome <> 'refused')
    ORDER BY offline, outcome <> 'refused', id`
}

/**
 * Reads the passages of tickets: those that count, and exits that offline doors made without a known entry.
 */
export async function findPassages(sql: Queryable, ticketIds: number[]): Promise<EntryRow[]> {
  return await sql<EntryRow[]>`
    SELECT * FROM ticket_entries
    WHERE ticket_id = ANY(${ticketIds}) AND (outcome IN ('admitted', 'double') OR offline AND reason = 'not_inside')
    ORDER BY id`
}

/** Admits passages that were double, or refused because an earlier passage was unknown, and audits them. */
export async function admitPassages(sql: Queryable, ids: number[]): Promise<void> {
  await sql`
    WITH admitted AS (UPDATE ticket_entries SET outcome = 'admitted', reason = NULL WHERE id = ANY(${ids}) RETURNING *)
    INSERT INTO ticket_audit (action, event_id, ticket_id, door_id, gate, device, details) ${auditOf(sql, 'admitted')}`
}

/**
 * Inserts scans with their outcomes, and audits the passages and the upload. A scan that is already settled
 * stays unchanged.
 */
export async function insertScans(
  sql: Queryable,
  { eventId, doorId }: { eventId: number; doorId: number | null },
  scans: NewScan[],
): Promise<void> {
  const column = (read: (scan: NewScan) => Date | null) => scans.map((scan) => read(scan)?.toISOString() ?? null)
  await sql`
    WITH inserted AS (
      INSERT INTO ticket_entries AS entry (event_id, door_id, offline, scan_id, ticket_id, direction, outcome, reason, gate, device, scanned_at,
                                           device_time)
      SELECT ${eventId}, ${doorId}, TRUE, * FROM UNNEST(
        ${scans.map((scan) => scan.scan_id)}::uuid[], ${scans.map((scan) => scan.ticket_id)}::bigint[],
        ${scans.map((scan) => scan.direction)}::text[], ${scans.map((scan) => scan.outcome)}::text[],
        ${scans.map((scan) => scan.reason)}::text[], ${scans.map((scan) => scan.gate)}::text[],
        ${scans.map((scan) => scan.device)}::text[], ${column((scan) => scan.scanned_at)}::text[]::timestamptz[],
        ${column((scan) => scan.device_time)}::text[]::timestamptz[])
      ON CONFLICT (event_id, scan_id, ticket_id, direction) WHERE scan_id IS NOT NULL
      DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason, door_id = excluded.door_id, gate = excluded.gate,
                    device = excluded.device, scanned_at = excluded.scanned_at, device_time = excluded.device_time, received_at = NOW(),
                    offline = TRUE
      WHERE entry.outcome = 'refused' AND NOT entry.offline
      RETURNING *
    )
    INSERT INTO ticket_audit (action, event_id, ticket_id, door_id, gate, device, details) ${auditOf(sql, 'inserted')}`
  const details = { count: scans.length, enteredCount: scans.filter(({ outcome }) => outcome === 'admitted').length }
  await sql`
    INSERT INTO ticket_audit (action, event_id, door_id, details) VALUES ('scans', ${eventId}, ${doorId}, ${sql.json(details)})`
}

function auditOf(sql: Queryable, entries: string) {
  return sql`
    SELECT CASE direction WHEN 'in' THEN 'check_in' ELSE 'check_out' END, event_id, ticket_id, door_id, gate, device,
           JSONB_BUILD_OBJECT('scanId', scan_id, 'offline', TRUE)
    FROM ${sql(entries)} WHERE outcome = 'admitted' ORDER BY scanned_at, id`
}

/** One of several entries with the same ticket. */
export type DoubleEntry = Pick<EntryRow, 'scan_id' | 'scanned_at' | 'gate' | 'device'> &
  Pick<SubjectRow, 'first_name' | 'last_name'> & { ticket_id: number; ticket_code: string }

/** Lists all entries of the tickets that were used more often than the event's policy allows. */
export async function findDoubleEntries(sql: Queryable, ticketIds: number[]): Promise<DoubleEntry[]> {
  return await sql<DoubleEntry[]>`
    SELECT entry.ticket_id, entry.scan_id, entry.scanned_at, entry.gate, entry.device, ticket.ticket_code, guest.first_name,
           guest.last_name
    FROM ticket_entries entry
    JOIN generated_tickets ticket ON ticket.id = entry.ticket_id
    LEFT JOIN guests guest ON guest.event_id = ticket.event_id AND guest.id = ticket.guest_id AND ticket.erased_at IS NULL
    WHERE entry.ticket_id = ANY(${ticketIds}) AND entry.direction = 'in' AND entry.outcome IN ('admitted', 'double')
      AND EXISTS (SELECT FROM ticket_entries WHERE ticket_id = ticket.id AND outcome = 'double')
    ORDER BY entry.ticket_id, entry.scanned_at, COALESCE(entry.device_time, entry.scanned_at), entry.id`
}
