import type { Reason } from '../contract/schemas/trust-answers.ts'
import type { Queryable } from './client.ts'
import type { TicketRow } from './tickets.ts'

/** The outcome of an offline scan. */
export type ScanOutcome = 'entered' | 'double_entry' | 'rejected'

/** A row of `ticket_scans`. */
export interface ScanRow {
  scan_id: string
  ticket_id: number | null
  scanned_at: Date
  gate: string | null
  device: string | null
  outcome: ScanOutcome
  reason: Reason | null
}

/** Reads and locks the tickets with the given codes and all that replace them, in id order, until the transaction ends. */
export async function lockTicketsOfCodes(sql: Queryable, eventId: number, codes: string[]): Promise<TicketRow[]> {
  const tickets = await sql<TicketRow[]>`
    WITH RECURSIVE chain AS (
      SELECT id, superseded_by FROM generated_tickets WHERE ticket_code = ANY(${codes}) AND event_id = ${eventId}
      UNION SELECT ticket.id, ticket.superseded_by FROM generated_tickets ticket JOIN chain ON ticket.id = chain.superseded_by
    )
    SELECT * FROM generated_tickets WHERE id IN (SELECT id FROM chain) ORDER BY id FOR UPDATE`
  const ids = new Set(tickets.map(({ id }) => id))
  const isWhole = tickets.every(({ superseded_by }) => superseded_by === null || ids.has(superseded_by))
  // One that was reissued while this waited for its lock.
  return isWhole ? tickets : await lockTicketsOfCodes(sql, eventId, codes)
}

/** Reads the scans of an event that were already uploaded. */
export async function findScans(sql: Queryable, eventId: number, scanIds: string[]): Promise<ScanRow[]> {
  return await sql<ScanRow[]>`SELECT * FROM ticket_scans WHERE event_id = ${eventId} AND scan_id = ANY(${scanIds}::uuid[])`
}

/** Inserts scans with their outcomes; one that was uploaded concurrently stays unchanged. */
export async function insertScans(sql: Queryable, eventId: number, scans: ScanRow[]): Promise<void> {
  await sql`
    INSERT INTO ticket_scans (event_id, scan_id, ticket_id, scanned_at, gate, device, outcome, reason)
    SELECT ${eventId}, * FROM UNNEST(${scans.map((scan) => scan.scan_id)}::uuid[], ${scans.map((scan) => scan.ticket_id)}::bigint[],
      ${scans.map((scan) => scan.scanned_at.toISOString())}::text[]::timestamptz[], ${scans.map((scan) => scan.gate)}::text[],
      ${scans.map((scan) => scan.device)}::text[], ${scans.map((scan) => scan.outcome)}::text[],
      ${scans.map((scan) => scan.reason)}::text[])
    ON CONFLICT (event_id, scan_id) DO NOTHING`
}

/**
 * Checks in the tickets of scans, each once and as of its scan, and audits it, in one guarded statement: also
 * those that were revoked after the scan. A future time counts as now.
 */
export async function checkInScans(
  sql: Queryable,
  scans: Pick<ScanRow, 'scan_id' | 'ticket_id' | 'scanned_at' | 'gate' | 'device'>[],
  doorId: number | null,
): Promise<void> {
  await sql`
    WITH scan AS (
      SELECT * FROM UNNEST(${scans.map((one) => one.scan_id)}::uuid[], ${scans.map((one) => one.ticket_id)}::bigint[],
        ${scans.map((one) => one.scanned_at.toISOString())}::text[]::timestamptz[], ${scans.map((one) => one.gate)}::text[],
        ${scans.map((one) => one.device)}::text[]) AS scan (id, ticket_id, at, gate, device)
    ), entered AS (
      UPDATE generated_tickets ticket
      SET checked_in_at = LEAST(scan.at, NOW()), checked_in_gate = scan.gate, checked_in_device = scan.device,
          checked_in_scan_id = scan.id, checked_in_door_id = ${doorId}, updated_at = NOW()
      FROM scan
      WHERE ticket.id = scan.ticket_id AND ticket.checked_in_at IS NULL
      RETURNING ticket.*
    ), noted AS (
      INSERT INTO ticket_audit (action, event_id, ticket_id, door_id, gate, device, details)
      SELECT 'check_in', event_id, id, ${doorId}::bigint, checked_in_gate, checked_in_device,
             JSONB_BUILD_OBJECT('scanId', checked_in_scan_id, 'offline', TRUE)
      FROM entered
    )
    SELECT FROM entered`
}

/** One of several entries with the same ticket. */
export interface DoubleEntry {
  ticket_id: number
  ticket_code: string
  first_name: string | null
  last_name: string | null
  scan_id: string | null
  at: Date
  gate: string | null
  device: string | null
}

/** Lists all entries of the tickets that were used more than once: the check-in, and every double entry. */
export async function findDoubleEntries(sql: Queryable, ticketIds: number[]): Promise<DoubleEntry[]> {
  return await sql<DoubleEntry[]>`
    WITH entry AS (
      SELECT id AS ticket_id, checked_in_scan_id AS scan_id, checked_in_at AS at, checked_in_gate AS gate, checked_in_device AS device
      FROM generated_tickets WHERE id = ANY(${ticketIds}) AND checked_in_at IS NOT NULL
      UNION ALL
      SELECT ticket_id, scan_id, scanned_at, gate, device FROM ticket_scans
      WHERE ticket_id = ANY(${ticketIds}) AND outcome = 'double_entry'
    )
    SELECT entry.*, ticket.ticket_code, guest.first_name, guest.last_name
    FROM entry
    JOIN generated_tickets ticket ON ticket.id = entry.ticket_id
    LEFT JOIN guests guest ON guest.event_id = ticket.event_id AND guest.id = ticket.guest_id AND ticket.erased_at IS NULL
    WHERE EXISTS (SELECT FROM ticket_scans WHERE ticket_id = ticket.id AND outcome = 'double_entry')
    ORDER BY entry.ticket_id, entry.at`
}
