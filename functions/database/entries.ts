import type { Reason } from '../contract/schemas/trust-answers.ts'
import type { Queryable } from './client.ts'
import { type SubjectRow, subjectJoins } from './ticket-subject.ts'
import type { TicketRow } from './tickets.ts'

/** The direction of a passage. */
export type Direction = 'in' | 'out'

/** A row of `ticket_entries`. `device_time` is set where the device's clock was impossible. */
export interface EntryRow {
  id: number
  event_id: number
  ticket_id: number | null
  direction: Direction
  /** `double` is an entry that an offline door admitted against the policy. */
  outcome: 'admitted' | 'double' | 'refused' | 'undone'
  reason: Reason | null
  door_id: number | null
  gate: string | null
  device: string | null
  scan_id: string | null
  offline: boolean
  scanned_at: Date
  device_time: Date | null
  received_at: Date
}

/** The device and place of a scan. `door_id` is null for Core. */
export type Place = Pick<EntryRow, 'gate' | 'device' | 'scan_id' | 'door_id' | 'direction'>

/** A presented code, and the expiry in its payload, if any. */
export interface PresentedCode {
  ticketCode: string
  shownExpiry: Date | null
  direction: Direction
}

/**
 * A ticket with the facts of its guest and event that a door shows, and the reason why it is refused now, if
 * any.
 */
export type DoorTicket = TicketRow &
  Pick<SubjectRow, 'first_name' | 'last_name' | 'ticket_type' | 'event_title'> & { reason: Reason | null }

/** Reads the ticket of a code. */
export async function findPresentedTicket(sql: Queryable, presented: PresentedCode): Promise<DoorTicket | undefined> {
  const [row] = await sql<DoorTicket[]>`
    SELECT ticket.*, guest.first_name, guest.last_name, guest.ticket_type, event.title AS event_title, ${refusal(sql, presented)} AS reason
    FROM generated_tickets ticket
    ${subjectJoins(sql)}
    WHERE ticket.ticket_code = ${presented.ticketCode}`
  return row
}

/**
 * Selects why a ticket is refused now, or null, from `ticket` and the re-entry policy of its event. An
 * expired ticket never keeps a guest from leaving.
 */
export function refusal(sql: Queryable, { shownExpiry, direction }: Pick<PresentedCode, 'shownExpiry' | 'direction'>) {
  return sql`CASE
    WHEN ticket.revoked_at IS NOT NULL THEN CASE WHEN ticket.superseded_by IS NULL THEN 'revoked' ELSE 'superseded' END
    WHEN ${direction} = 'out' THEN CASE WHEN NOT ticket.inside THEN 'not_inside' END
    WHEN LEAST(ticket.expires_at, ${shownExpiry}::timestamptz) <= NOW() THEN 'expired'
    WHEN ticket.valid_from > NOW() THEN 'not_yet_valid'
    WHEN reentry = 'none' AND ticket.entry_count > 0 OR reentry = 'after_exit' AND ticket.inside THEN 'checked_in'
  END`
}

/** A passage to make, of a ticket at a place. `eventId` is null where tickets of any event are accepted. */
export interface Passage {
  ticketId: number
  eventId: number | null
  presented: Pick<PresentedCode, 'ticketCode' | 'shownExpiry'> | null
  place: Place
}

/**
 * A ticket as the call found it, under its lock, and the entry that the call wrote; null if the scan was
 * already settled.
 */
export type PassageChange = TicketRow & { refusal: Reason | null; entry_id: number | null; passed_at: Date }

/**
 * Admits a guest, in or out, or records the refusal, and audits a passage, in one guarded statement:
 * concurrent calls are judged in turn, each on the state that the last one left. A scan id that was refused
 * or undone is judged again; its undo or upload stays on record unless the scan is admitted now.
 * @returns undefined if the event has no such ticket.
 */
export async function makePassage(sql: Queryable, { place, ...passage }: Passage): Promise<PassageChange | undefined> {
  const { direction, gate, device, scan_id: scanId, door_id: doorId } = place
  const [row] = await sql<PassageChange[]>`
    WITH found AS (${lockTicket(sql, passage)}), judged AS (
      SELECT ticket.*, ${refusal(sql, { shownExpiry: passage.presented?.shownExpiry ?? null, direction })} AS refusal FROM found ticket
    ), made AS (
      INSERT INTO ticket_entries AS entry (event_id, ticket_id, direction, outcome, reason, door_id, gate, device, scan_id)
      SELECT event_id, id, ${direction}::text, CASE WHEN refusal IS NULL THEN 'admitted' ELSE 'refused' END, refusal,
             ${doorId}::bigint, ${gate}::text, ${device}::text, ${scanId}::uuid
      FROM judged
      ON CONFLICT (event_id, scan_id, ticket_id, direction) WHERE scan_id IS NOT NULL
      DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason, door_id = excluded.door_id, gate = excluded.gate,
                    device = excluded.device, scanned_at = NOW(), device_time = NULL, received_at = NOW(), offline = FALSE
      WHERE entry.outcome IN ('refused', 'undone') AND excluded.outcome = 'admitted' OR entry.outcome = 'refused' AND NOT entry.offline
      RETURNING id, outcome, scanned_at
    ), noted AS (
      INSERT INTO ticket_audit (action, event_id, ticket_id, door_id, gate, device, details)
      SELECT ${direction === 'in' ? 'check_in' : 'check_out'}, event_id, judged.id, ${doorId}::bigint, ${gate}::text, ${device}::text,
             JSONB_STRIP_NULLS(JSONB_BUILD_OBJECT('scanId', ${scanId}::uuid))
      FROM judged, made WHERE made.outcome = 'admitted'
    )
    SELECT judged.*, made.id AS entry_id, COALESCE(made.scanned_at, NOW()) AS passed_at FROM judged LEFT JOIN made ON TRUE`
  return row
}

function lockTicket(sql: Queryable, { ticketId, presented, eventId }: Omit<Passage, 'place'>) {
  return sql`
    SELECT ticket.*, event.reentry FROM generated_tickets ticket JOIN events event ON event.id = ticket.event_id
    WHERE ticket.id = ${ticketId} AND ticket.ticket_code = COALESCE(${presented?.ticketCode ?? null}, ticket.ticket_code)
      AND ticket.event_id = COALESCE(${eventId}, ticket.event_id)
    FOR UPDATE OF ticket`
}

/** Reads the recorded outcome of a scan. */
export async function findScan(
  sql: Queryable,
  ticketId: number,
  { scan_id, direction }: Pick<Place, 'scan_id' | 'direction'>,
): Promise<EntryRow | undefined> {
  const [row] = await sql<EntryRow[]>`
    SELECT * FROM ticket_entries WHERE ticket_id = ${ticketId} AND scan_id = ${scan_id} AND direction = ${direction}`
  return row
}

/** A ticket after an undo, and the result of the undo. */
export type UndoneChange = TicketRow & { undo: 'done' | 'nothing' | 'foreign' }

/**
 * Undoes the newest passage of a ticket in one direction, or the one with the scan id, and audits it. A door
 * undoes only a passage of its own device, with the same scan id or none. Needs a transaction: the ticket is
 * locked first.
 * @returns undefined if the event has no such ticket.
 */
export async function undoPassage(sql: Queryable, { place, ...passage }: Passage): Promise<UndoneChange | undefined> {
  const { direction, gate, device, scan_id: scanId, door_id: doorId } = place
  const [found] = await sql<TicketRow[]>`${lockTicket(sql, passage)}`
  if (!found || found.revoked_at) return found && { ...found, undo: 'nothing' }
  const newest = await sql<EntryRow[]>`
    SELECT * FROM ticket_entries WHERE ticket_id = ${found.id} AND direction = ${direction} AND outcome = 'admitted'
    ORDER BY scan_id IS NOT DISTINCT FROM ${scanId}::uuid DESC, scanned_at DESC, COALESCE(device_time, scanned_at) DESC, id DESC`
  const own = newest.find((entry) => doorId === null || isOf(entry, place))
  if (!own) return { ...found, undo: newest.length > 0 ? 'foreign' : 'nothing' }
  const { scanned_at, gate: formerGate, device: formerDevice } = own
  await sql`
    WITH undone AS (UPDATE ticket_entries SET outcome = 'undone' WHERE id = ${own.id})
    INSERT INTO ticket_audit (action, event_id, ticket_id, door_id, gate, device, details)
    VALUES ('undo', ${found.event_id}, ${found.id}, ${doorId}, ${gate}, ${device},
            ${sql.json({ checkedInAt: scanned_at.toISOString(), gate: formerGate, device: formerDevice, direction })})`
  const [after = found] = await sql<TicketRow[]>`SELECT * FROM generated_tickets WHERE id = ${found.id}`
  return { ...after, undo: 'done' }
}

function isOf(entry: EntryRow, place: Place): boolean {
  return entry.door_id === place.door_id && entry.device === place.device && entry.scan_id === place.scan_id
}

/** Records a refused scan of a door. Idempotent by scan id. */
export async function insertRefusal(
  sql: Queryable,
  { event_id, ticket_id, reason, place }: Pick<EntryRow, 'event_id' | 'ticket_id' | 'reason'> & { place: Place },
): Promise<void> {
  await sql`
    INSERT INTO ticket_entries (event_id, ticket_id, direction, outcome, reason, door_id, gate, device, scan_id)
    VALUES (${event_id}, ${ticket_id}, ${place.direction}, 'refused', ${reason}, ${place.door_id}, ${place.gate}, ${place.device},
            ${place.scan_id})
    ON CONFLICT (event_id, scan_id, ticket_id, direction) WHERE scan_id IS NOT NULL DO NOTHING`
}

/** The last entry of a ticket, with the count and first time of all its entries, double ones included. */
export type EntrySummary = EntryRow & { count: number; first_at: Date }

/** Counts the entries of a ticket, and reads the last one; undefined without any. */
export async function summarizeEntries(sql: Queryable, ticketId: number): Promise<EntrySummary | undefined> {
  const [row] = await sql<EntrySummary[]>`
    SELECT *, COUNT(*) OVER () AS count, MIN(scanned_at) OVER () AS first_at
    FROM ticket_entries WHERE ticket_id = ${ticketId} AND direction = 'in' AND outcome IN ('admitted', 'double')
    ORDER BY scanned_at DESC, id DESC LIMIT 1`
  return row
}
