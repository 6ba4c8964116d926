import * as z from 'zod'
import { fieldProblems } from '../../contract/field-problems.ts'
import type { Reentry } from '../../contract/schemas/requests.ts'
import { offlineScan, type scansRequest } from '../../contract/schemas/trust.ts'
import type { scansAnswer } from '../../contract/schemas/trust-answers.ts'
import type { Queryable } from '../../database/client.ts'
import type { DoorRow } from '../../database/doors.ts'
import type { EntryRow } from '../../database/entries.ts'
import * as rows from '../../database/offline-scans.ts'
import { emitMetrics } from '../../runtime/telemetry.ts'
import type { TicketSigner } from '../../trust/ticket-signer.ts'
import type { Clients } from '../clients.ts'
import { requireEvent } from '../events/read-events.ts'
import { judgeScans, type ReadScan } from './judge-scans.ts'
import { readPresented } from './validate-ticket.ts'

type Answer = z.input<typeof scansAnswer>
type Outcome = Answer['scans'][number]
type Settled = Pick<EntryRow, keyof rows.NewScan>

/** The event and door that scans come from; `door` is null where Core uploads them. */
interface Origin {
  eventId: number
  reentry: Reentry
  door: DoorRow | null
}

/**
 * Uploads the scans of guests who were admitted offline, in or out. Each is judged as of when it was made; an
 * entry against the event's policy is a double entry, and an invalid or malformed scan is rejected on its
 * own. Idempotent by scan id, also of an online check-in.
 * @throws EventNotFoundError when the event is not registered.
 */
export async function uploadScans(
  { sql, signer }: Clients<'sql' | 'signer'>,
  { eventId, door }: Omit<Origin, 'reentry'>,
  { scans }: z.output<typeof scansRequest>,
): Promise<Answer> {
  const { reentry } = await requireEvent(sql, eventId)
  const given = scans.map((scan) => readScan(signer, scan))
  const read = await readFound(sql, { eventId, door }, given)
  const { settled, fresh } = await sql.begin((transaction) => settle(transaction, { eventId, reentry, door }, read))
  countFresh(fresh)
  const outcomes = read.map((one) => describeOutcome(one, settled.get(keyOf(one))))
  const doubles = await rows.findDoubleEntries(sql, [...new Set(outcomes.flatMap(({ ticketId }) => ticketId ?? []))])
  const count = (outcome: Outcome['outcome']) => outcomes.filter((scan) => scan.outcome === outcome).length
  return {
    eventId,
    totalCount: scans.length,
    enteredCount: count('entered'),
    exitedCount: count('exited'),
    doubleEntryCount: count('double_entry'),
    rejectedCount: count('rejected'),
    scans: outcomes,
    doubleEntries: [...Map.groupBy(doubles, ({ ticket_id }) => ticket_id).values()].flatMap(describeDouble),
  }
}

function readScan(signer: TicketSigner, given: unknown): ReadScan {
  const { data: scan, error } = offlineScan.safeParse(given, { reportInput: true })
  if (scan) return { scan, scanId: scan.scanId, direction: scan.direction, reading: readPresented(signer, scan), problems: [] }
  const scanId = z.object({ scanId: offlineScan.shape.scanId }).safeParse(given).data?.scanId ?? null
  return { scan: null, scanId, direction: 'in', reading: malformed, problems: fieldProblems(error.issues) }
}

const malformed = { ticketCode: null, facts: null, reason: 'malformed' } as const
const withoutRight = { path: 'ticketId', problem: 'requires a door pass with "guestList": true; send code or qr' }

/** Adds the ticket codes of scans that name a guest of the list, if the door has the right to it. */
async function readFound(sql: Queryable, { eventId, door }: Omit<Origin, 'reentry'>, read: ReadScan[]): Promise<ReadScan[]> {
  const ticketIds = read.flatMap(({ scan }) => scan?.ticketId ?? [])
  if (ticketIds.length === 0) return read
  const codes = await rows.findCodes(sql, eventId, ticketIds)
  return read.map((one) => {
    if (one.scan?.ticketId === undefined) return one
    if (door && !door.guest_list) return { ...one, scan: null, reading: malformed, problems: [withoutRight] }
    return { ...one, reading: { ticketCode: codes.get(one.scan.ticketId) ?? '', facts: null, reason: null } }
  })
}

function keyOf({ scanId, direction }: Pick<ReadScan, 'scanId' | 'direction'>): string {
  return `${scanId} ${direction}`
}

/** Emits metrics of new scans, without zeros. */
function countFresh(fresh: Settled[]): void {
  const admitted = fresh.filter(({ outcome }) => outcome === 'admitted').length
  const refused = fresh.length - admitted
  if (admitted > 0) emitMetrics([['check_ins_total', [admitted]]], { outcome: 'admitted' })
  if (refused > 0) emitMetrics([['check_ins_total', [refused]]], { outcome: 'refused' })
}

/** Settles the new scans. The tickets are locked, so that concurrent uploads take turns. */
async function settle(sql: Queryable, { eventId, reentry, door }: Origin, read: ReadScan[]) {
  const codes = read.flatMap(({ reading }) => reading.ticketCode ?? [])
  const tickets = await rows.lockTicketsOfCodes(sql, eventId, codes)
  const scanIds = read.flatMap(({ scanId }) => scanId ?? [])
  const before = (await rows.findSettledScans(sql, eventId, scanIds)).map((row) => [keyOf(asKey(row)), row] as const)
  const settled = new Map<string, Settled>(before)
  const isNew = (one: ReadScan) => {
    const known = settled.get(keyOf(one))
    return one.scanId !== null && (!known || (known.reason === 'malformed' && one.reading.reason === null))
  }
  const unsettled = new Map(read.toReversed().flatMap((one) => (isNew(one) ? [[keyOf(one), one] as const] : [])))
  if (unsettled.size === 0) return { settled, fresh: [] }
  const ticketIds = tickets.map(({ id }) => id)
  const passages = await rows.findPassages(sql, ticketIds)
  const { fresh, admittedIds } = judgeScans({ reentry, tickets, passages }, [...unsettled.values()].reverse())
  if (admittedIds.length > 0) await rows.admitPassages(sql, admittedIds)
  const labelled = fresh.map((scan) => ({ ...scan, device: scan.device ?? door?.label ?? null }))
  await rows.insertScans(sql, { eventId, doorId: door?.id ?? null }, labelled)
  for (const scan of labelled) settled.set(keyOf(asKey(scan)), scan)
  for (const [key, row] of before)
    if (admittedIds.includes(row.id)) settled.set(key, { ...row, outcome: 'admitted', reason: null })
  return { settled, fresh: labelled }
}

function asKey({ scan_id, direction }: Settled) {
  return { scanId: scan_id, direction }
}

function describeOutcome({ scanId, problems }: ReadScan, settled: Settled | undefined): Outcome {
  if (!settled)
    return { scanId, outcome: 'rejected', reason: 'malformed', ticketId: null, scannedAt: null, clamped: false, problems }
  const { outcome, direction, reason, ticket_id: ticketId, scanned_at, device_time } = settled
  const passed = direction === 'in' ? ('entered' as const) : ('exited' as const)
  const words = { admitted: passed, undone: passed, double: 'double_entry', refused: 'rejected' } as const
  const scannedAt = reason === 'malformed' ? null : scanned_at.toISOString()
  return { scanId, outcome: words[outcome], reason, ticketId, scannedAt, clamped: device_time !== null, problems }
}

function describeDouble(entries: rows.DoubleEntry[]): Answer['doubleEntries'] {
  const [first] = entries
  if (!first) return []
  return [
    {
      ticketId: first.ticket_id,
      ticketCode: first.ticket_code,
      guest: { firstName: first.first_name ?? '', lastName: first.last_name ?? '' },
      entries: entries.map(({ scan_id, scanned_at, gate, device }) => ({
        scanId: scan_id,
        at: scanned_at.toISOString(),
        gate,
        device,
      })),
    },
  ]
}
