import type * as z from 'zod'
import type { scansRequest } from '../../contract/schemas/trust.ts'
import type { Reason } from '../../contract/schemas/trust-answers.ts'
import { recordAction } from '../../database/audit.ts'
import type { Queryable } from '../../database/client.ts'
import type { DoorRow } from '../../database/doors.ts'
import { findEvent } from '../../database/events.ts'
import * as rows from '../../database/scans.ts'
import type { TicketRow } from '../../database/tickets.ts'
import { emitMetrics } from '../../runtime/telemetry.ts'
import type { Clients } from '../clients.ts'
import { EventNotFoundError } from '../errors.ts'
import { isTicketOf, type Reading, readPresented, reasonOf } from './validate-ticket.ts'

type Scan = z.output<typeof scansRequest>['scans'][number]

/** An offline scan with the reading of its code. */
type ReadScan = { scan: Scan; reading: Reading }

/** The scans of a request by id, and the ones uploaded for the first time. */
interface Settlement {
  settled: Map<string, rows.ScanRow>
  fresh: rows.ScanRow[]
}

/** The event and door that scans come from; `door` is null where Core uploads them. */
interface Origin {
  eventId: number
  door: DoorRow | null
}

/**
 * Uploads scans made offline, of guests who were admitted. The first scan of a ticket checks it in, others
 * are double entries, and those of invalid tickets are rejected. Idempotent by scan id, also of an online
 * check-in.
 * @throws EventNotFoundError when the event is not registered.
 */
export async function uploadScans(
  { sql, signer }: Clients<'sql' | 'signer'>,
  origin: Origin,
  { scans }: z.output<typeof scansRequest>,
) {
  const { eventId } = origin
  if (!(await findEvent(sql, eventId))) throw new EventNotFoundError(eventId)
  const read = scans.map((scan) => ({ scan, reading: readPresented(signer, scan) }))
  const { settled, fresh } = await sql.begin((transaction) => settle(transaction, origin, read))
  countFresh(fresh)
  const ticketIds = [...new Set([...settled.values()].flatMap(({ ticket_id }) => ticket_id ?? []))]
  const entries = await rows.findDoubleEntries(sql, ticketIds)
  const outcomes = scans.flatMap(({ scanId }) => settled.get(scanId) ?? [])
  const count = (outcome: rows.ScanOutcome) => outcomes.filter((scan) => scan.outcome === outcome).length
  return {
    eventId,
    totalCount: scans.length,
    enteredCount: count('entered'),
    doubleEntryCount: count('double_entry'),
    rejectedCount: count('rejected'),
    scans: outcomes.map(({ scan_id, outcome, reason, ticket_id }) => ({ scanId: scan_id, outcome, reason, ticketId: ticket_id })),
    doubleEntries: [...Map.groupBy(entries, ({ ticket_id }) => ticket_id).values()].flatMap(describe),
  }
}

/** Emits metrics of new scans; zeros are left out. */
function countFresh(fresh: rows.ScanRow[]): void {
  const entered = fresh.filter(({ outcome }) => outcome === 'entered').length
  const refused = fresh.length - entered
  if (entered > 0) emitMetrics([['check_ins_total', [entered]]], { outcome: 'admitted' })
  if (refused > 0) emitMetrics([['check_ins_total', [refused]]], { outcome: 'refused' })
}

/** Settles the new scans. The tickets are locked, so that concurrent uploads take turns. */
async function settle(sql: Queryable, { eventId, door }: Origin, read: ReadScan[]): Promise<Settlement> {
  const codes = read.flatMap(({ reading }) => reading.ticketCode ?? [])
  const tickets = await rows.lockTicketsOfCodes(sql, eventId, codes)
  const scanIds = read.map(({ scan }) => scan.scanId)
  const settled = new Map((await rows.findScans(sql, eventId, scanIds)).map((scan) => [scan.scan_id, scan]))
  const inOrder = read.toSorted((one, other) => Date.parse(one.scan.scannedAt) - Date.parse(other.scan.scannedAt))
  const evaluate = makeEvaluator(tickets)
  const fresh = inOrder.filter(({ scan }) => !settled.has(scan.scanId)).map((one) => withDevice(evaluate(one), door))
  if (fresh.length === 0) return { settled, fresh }
  const entered = fresh.filter(({ outcome }) => outcome === 'entered')
  await rows.checkInScans(sql, entered, door?.id ?? null)
  await rows.insertScans(sql, eventId, fresh)
  const details = { count: fresh.length, enteredCount: entered.length }
  await recordAction(sql, { action: 'scans', eventId, doorId: door?.id ?? null, details })
  return { settled: new Map([...settled, ...fresh.map((scan) => [scan.scan_id, scan] as const)]), fresh }
}

/**
 * Makes an evaluator to call in order of time: the first scan of a ticket not checked in enters. A scan is
 * judged as of when it was made, and uses up the ticket that stands now.
 */
function makeEvaluator(tickets: TicketRow[]): (read: ReadScan) => rows.ScanRow {
  const entered = new Set<number>()
  const byCode = new Map(tickets.map((ticket) => [ticket.ticket_code, ticket]))
  const byId = new Map(tickets.map((ticket) => [ticket.id, ticket]))
  const standingOf = (ticket: TicketRow): TicketRow => {
    const next = byId.get(ticket.superseded_by ?? 0)
    return next ? standingOf(next) : ticket
  }
  return ({ scan, reading }) => {
    const presented = reading.ticketCode === null ? undefined : byCode.get(reading.ticketCode)
    const refusal = reasonAgainst(presented, reading, new Date(scan.scannedAt))
    // The guest stands at the door with the old ticket; whoever comes with the new one is the second.
    const ticket = presented && (refusal === null || refusal === 'checked_in') ? standingOf(presented) : presented
    const isUsed = ticket !== undefined && (ticket.checked_in_at !== null || entered.has(ticket.id))
    const reason = refusal ?? (isUsed ? 'checked_in' : null)
    const isSameScan = ticket?.checked_in_scan_id === scan.scanId
    const outcome = reason === null || isSameScan ? 'entered' : reason === 'checked_in' ? 'double_entry' : 'rejected'
    if (ticket && outcome === 'entered') entered.add(ticket.id)
    return {
      scan_id: scan.scanId,
      ticket_id: reason === 'unknown' ? null : (ticket?.id ?? null),
      scanned_at: new Date(scan.scannedAt),
      gate: scan.gate ?? null,
      device: scan.device ?? null,
      outcome,
      reason: outcome === 'entered' ? null : reason,
    }
  }
}

function reasonAgainst(ticket: TicketRow | undefined, reading: Reading, at: Date): Reason | null {
  if (reading.reason !== null) return reading.reason
  if (!ticket || !isTicketOf(ticket, reading)) return 'unknown'
  // A clock that says a time before the code existed, or in the future, is wrong. It proves no entry before a revocation.
  const wasValid = ticket.revoked_at !== null && ticket.revoked_at > at && ticket.created_at <= at
  const possible = new Date(Math.min(Math.max(at.getTime(), ticket.created_at.getTime()), Date.now()))
  return reasonOf(wasValid ? { ...ticket, revoked_at: null } : ticket, reading.facts, possible)
}

/** Fills a missing device name with the door's label. */
function withDevice(scan: rows.ScanRow, door: DoorRow | null): rows.ScanRow {
  return { ...scan, device: scan.device ?? door?.label ?? null }
}

function describe(entries: rows.DoubleEntry[]) {
  const [first] = entries
  if (!first) return []
  return [
    {
      ticketId: first.ticket_id,
      ticketCode: first.ticket_code,
      guest: { firstName: first.first_name ?? '', lastName: first.last_name ?? '' },
      entries: entries.map(({ scan_id, at, gate, device }) => ({ scanId: scan_id, at: at.toISOString(), gate, device })),
    },
  ]
}
