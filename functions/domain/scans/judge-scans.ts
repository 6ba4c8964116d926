import type * as z from 'zod'
import type { FieldProblem } from '../../contract/errors.ts'
import type { Reentry } from '../../contract/schemas/requests.ts'
import type { offlineScan } from '../../contract/schemas/trust.ts'
import type { Reason } from '../../contract/schemas/trust-answers.ts'
import type { Direction, EntryRow } from '../../database/entries.ts'
import type { NewScan } from '../../database/offline-scans.ts'
import type { TicketRow } from '../../database/tickets.ts'
import { isTicketOf, type Reading } from './validate-ticket.ts'

/**
 * An offline scan with the reading of its code; `scan` is null for a malformed one, `scanId` for one without
 * an id.
 */
export interface ReadScan {
  scan: z.output<typeof offlineScan> | null
  scanId: string | null
  direction: Direction
  reading: Reading
  problems: FieldProblem[]
}

/**
 * The facts that scans are judged by: the presented tickets, locked, with all their replacements, and their
 * passages so far.
 */
interface Known {
  reentry: Reentry
  tickets: TicketRow[]
  passages: EntryRow[]
}

/**
 * Judges new scans: the outcome of each, and the earlier passages that count by now. An entry before a
 * revocation counts for the ticket's replacement, so whoever presents that one is the second to enter.
 */
export function judgeScans(
  { reentry, tickets, passages }: Known,
  scans: ReadScan[],
): { fresh: NewScan[]; admittedIds: number[] } {
  const byCode = new Map(tickets.map((ticket) => [ticket.ticket_code, ticket]))
  const byId = new Map(tickets.map((ticket) => [ticket.id, ticket]))
  const now = new Date()
  const fresh = scans.map((one) => readAgainst(byCode.get(one.reading.ticketCode ?? ''), byId, { ...one, now }))
  const candidates = [...passages, ...fresh].filter((row) => row.ticket_id !== null && !isRefused(row))
  const ofTicket = Map.groupBy<number | null, NewScan>(candidates, (row) => row.ticket_id)
  const touched = new Set(fresh.filter((row) => !isRefused(row)).map((row) => row.ticket_id))
  const admitted = new Set([...touched].flatMap((id) => settlePassages(reentry, ofTicket.get(id) ?? [])))
  return {
    fresh: fresh.map((row) => (admitted.has(row) ? { ...row, outcome: 'admitted', reason: null } : row)),
    admittedIds: passages.filter((row) => admitted.has(row)).map(({ id }) => id),
  }
}

/**
 * Judges the passages of one ticket under the re-entry policy, each as of when it was made, and returns those
 * that are newly admitted. No admission is taken back, so the order of uploads matters only where the policy
 * was broken.
 */
function settlePassages(reentry: Reentry, passages: NewScan[]): NewScan[] {
  // The device's clock orders passages at the same time.
  const clockOf = ({ scanned_at, device_time }: NewScan) => (device_time ?? scanned_at).getTime()
  const inOrder = passages.toSorted(
    (one, other) => one.scanned_at.getTime() - other.scanned_at.getTime() || clockOf(one) - clockOf(other),
  )
  const admitted = new Set(inOrder.filter(({ outcome }) => outcome === 'admitted'))
  const judged: NewScan[] = []
  for (const [index, passage] of inOrder.entries()) {
    if (admitted.has(passage)) continue
    const before = inOrder.slice(0, index).findLast((other) => admitted.has(other))
    // An exit that is not judged yet will count if this entry does.
    const after = inOrder.slice(index + 1).find((other) => admitted.has(other) || other.direction === 'out')
    const isFirst = () => ![...admitted].some(({ direction }) => direction === 'in')
    const mayEnter = {
      none: isFirst,
      after_exit: () => before?.direction !== 'in' && after?.direction !== 'in',
      unlimited: () => true,
    }
    if (passage.direction === 'in' ? !mayEnter[reentry]() : before?.direction !== 'in') continue
    admitted.add(passage)
    judged.push(passage)
  }
  return judged
}

/** Distinguishes a scan that was no passage from one that only breaks the policy. */
function isRefused({ outcome, reason }: NewScan): boolean {
  return outcome === 'refused' && reason !== 'not_inside'
}

/**
 * Returns a valid scan as one that breaks the policy, until it is judged with the others of its ticket; any
 * other as refused.
 */
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

/**
 * Clamps the time of a scan to between the creation of its code and now; `device_time` keeps an impossible
 * one.
 */
function possibleTimes(deviceTime: Date, now: Date, ticket: TicketRow | undefined): Times {
  const earliest = ticket?.created_at.getTime() ?? Number.NEGATIVE_INFINITY
  const at = new Date(Math.min(Math.max(deviceTime.getTime(), earliest), now.getTime()))
  return { scanned_at: at, device_time: at.getTime() === deviceTime.getTime() ? null : deviceTime }
}

/**
 * Returns why a ticket was not valid when it was scanned, whatever its entries. A wrong clock proves no entry
 * before a revocation.
 */
function reasonAsOf(ticket: TicketRow, { reading, direction }: ReadScan, { scanned_at, device_time }: Times): Reason | null {
  const isRevoked = ticket.revoked_at !== null && (device_time !== null || ticket.revoked_at <= scanned_at)
  if (isRevoked) return ticket.superseded_by ? 'superseded' : 'revoked'
  // An expired ticket never keeps a guest from leaving.
  if (direction === 'out') return null
  const expiries = [ticket.expires_at, reading.facts?.expiresAt ?? null]
  if (expiries.some((expiry) => expiry !== null && expiry <= scanned_at)) return 'expired'
  return ticket.valid_from !== null && ticket.valid_from > scanned_at ? 'not_yet_valid' : null
}
