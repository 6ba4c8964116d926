import type * as z from 'zod'
import type { FieldProblem } from '../../contract/errors.ts'
import type { Reentry } from '../../contract/schemas/requests.ts'
import type { offlineScan } from '../../contract/schemas/trust.ts'
import type { Reason } from '../../contract/schemas/trust-answers.ts'
import type { Direction, EntryRow } from '../../database/entries.ts'
import type { NewScan } from '../../database/offline-scans.ts'
import type { TicketRow } from '../../database/tickets.ts'
import { type Passage, settlePassages } from './settle-passages.ts'
import { isTicketOf, type Reading } from './validate-ticket.ts'

/** An offline scan with the reading of its code; `scan` is null where it was malformed, `scanId` where it has none. */
export interface ReadScan {
  scan: z.output<typeof offlineScan> | null
  scanId: string | null
  direction: Direction
  reading: Reading
  problems: FieldProblem[]
}

/** What scans are judged by: the locked tickets that were shown, all that replace them, and their passages so far. */
interface Known {
  reentry: Reentry
  tickets: TicketRow[]
  passages: EntryRow[]
}

/**
 * Judges new scans: what each comes to, and which earlier passages count by now. An entry before a revocation
 * counts, for the ticket that stands now: whoever comes with the new one is the second.
 */
export function judgeScans(
  { reentry, tickets, passages }: Known,
  scans: ReadScan[],
): { fresh: NewScan[]; admittedIds: number[] } {
  const byCode = new Map(tickets.map((ticket) => [ticket.ticket_code, ticket]))
  const byId = new Map(tickets.map((ticket) => [ticket.id, ticket]))
  const now = new Date()
  const fresh = scans.map((one) => readAgainst(byCode.get(one.reading.ticketCode ?? ''), byId, { ...one, now }))
  const all: Judged[] = [...passages.map((row) => judgedOf(row)), ...fresh.map((row) => judgedOf(row))]
  const ofTicket = Map.groupBy(
    all.filter(({ row }) => row.ticket_id !== null && !isRefused(row)),
    ({ row }) => row.ticket_id,
  )
  const touched = new Set(fresh.filter((row) => !isRefused(row)).map((row) => row.ticket_id))
  const admitted = new Set([...touched].flatMap((id) => settlePassages(reentry, ofTicket.get(id) ?? []).map(({ row }) => row)))
  return {
    fresh: fresh.map((row) => (admitted.has(row) ? { ...row, outcome: 'admitted', reason: null } : row)),
    admittedIds: passages.filter((row) => admitted.has(row)).map(({ id }) => id),
  }
}

interface Judged extends Passage {
  row: NewScan
}

function judgedOf(row: NewScan): Judged {
  const { direction, scanned_at: at, device_time: deviceTime } = row
  return { direction, at, deviceTime, isAdmitted: row.outcome === 'admitted', row }
}

/** Distinguishes a scan that was no passage from one that only breaks the policy. */
function isRefused({ outcome, reason }: NewScan): boolean {
  return outcome === 'refused' && reason !== 'not_inside'
}

/** Returns a scan as one against the policy, which is judged with the others of its ticket, or as refused. */
function readAgainst(
  presented: TicketRow | undefined,
  byId: ReadonlyMap<number, TicketRow>,
  read: ReadScan & { now: Date },
): NewScan {
  const { scan, scanId, direction, reading, now } = read
  const times = possibleTimes(scan ? new Date(scan.scannedAt) : now, now, presented)
  const place = { scan_id: scanId, direction, gate: scan?.gate ?? null, device: scan?.device ?? null, ...times }
  const isOfTicket = presented && isTicketOf(presented, reading)
  const reason = reading.reason ?? (isOfTicket ? reasonAsOf(presented, read, times) : 'unknown')
  if (reason !== null || !presented)
    return { ...place, ticket_id: reason === 'unknown' ? null : (presented?.id ?? null), outcome: 'refused', reason }
  const ticket_id = standingOf(presented, byId).id
  return direction === 'in'
    ? { ...place, ticket_id, outcome: 'double', reason: 'checked_in' }
    : { ...place, ticket_id, outcome: 'refused', reason: 'not_inside' }
}

function standingOf(ticket: TicketRow, byId: ReadonlyMap<number, TicketRow>): TicketRow {
  const next = byId.get(ticket.superseded_by ?? 0)
  return next ? standingOf(next, byId) : ticket
}

type Times = Pick<EntryRow, 'scanned_at' | 'device_time'>

/** Clamps the time of a scan to between the making of its code and now; `device_time` keeps one that was impossible. */
function possibleTimes(said: Date, now: Date, ticket: TicketRow | undefined): Times {
  const earliest = ticket?.created_at.getTime() ?? Number.NEGATIVE_INFINITY
  const at = new Date(Math.min(Math.max(said.getTime(), earliest), now.getTime()))
  return { scanned_at: at, device_time: at.getTime() === said.getTime() ? null : said }
}

/**
 * Returns why a ticket was not good when it was scanned, whatever its entries. A clock that was wrong proves no
 * entry before a revocation.
 */
function reasonAsOf(ticket: TicketRow, { reading, direction }: ReadScan, { scanned_at, device_time }: Times): Reason | null {
  const isRevoked = ticket.revoked_at !== null && (device_time !== null || ticket.revoked_at <= scanned_at)
  if (isRevoked) return ticket.superseded_by ? 'superseded' : 'revoked'
  // Nobody is kept from leaving by a time.
  if (direction === 'out') return null
  const expiries = [ticket.expires_at, reading.facts?.expiresAt ?? null]
  if (expiries.some((expiry) => expiry !== null && expiry <= scanned_at)) return 'expired'
  return ticket.valid_from !== null && ticket.valid_from > scanned_at ? 'not_yet_valid' : null
}
