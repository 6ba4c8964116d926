import type { Door } from './admission.ts'
import type { Concern, DoorMemory, WaitingScan } from './door-memory.ts'
import { RefusedError, type ScansReport } from './service-calls.ts'
import { reasonMessage } from './verdict.ts'

const maxScans = 500

type Settled = Pick<ScansReport['scans'][number], 'outcome' | 'reason' | 'ticketId'> & { scan: WaitingScan }

/**
 * Uploads the waiting scans, oldest first, and records concerns: double entries, and tickets admitted here
 * that are not valid. Idempotent: scans leave the queue once the service has settled them.
 */
export async function uploadScans(door: Door): Promise<void> {
  const { memory } = door
  for (let waiting = memory.waiting(); waiting.length > 0; waiting = memory.waiting()) {
    const sent = waiting.slice(0, maxScans).map((scan) => ({ ...scan, wasSent: true }))
    for (const scan of sent) memory.addWaiting(scan)
    const settledCount = await settle(door, sent)
    // A service that settles nothing would make this loop endless.
    if (settledCount === 0) return
  }
}

/** Uploads scans, and counts those that the service has settled. A refused request is split to find the refused scan. */
async function settle(door: Door, sent: WaitingScan[]): Promise<number> {
  const { service, memory } = door
  try {
    const report = await service.uploadScans(sent.map((scan) => toUpload(scan, memory)))
    const settled = report.scans.flatMap((outcome, at): Settled[] => {
      const scan = sent.find(({ scanId }) => scanId === outcome.scanId) ?? (outcome.scanId === null ? sent[at] : undefined)
      return scan ? [{ ...outcome, scan }] : []
    })
    recordSettled(memory, settled, report.doubleEntries)
    return settled.length
  } catch (error) {
    if (!(error instanceof RefusedError) || error.code !== 'VALIDATION_FAILED') throw error
    const half = Math.ceil(sent.length / 2)
    if (sent.length > 1) return (await settle(door, sent.slice(0, half))) + (await settle(door, sent.slice(half)))
    recordSettled(
      memory,
      sent.map((scan) => ({ scan, outcome: 'rejected', reason: 'malformed', ticketId: null })),
      [],
    )
    return sent.length
  }
}

/** Corrects the device's time by its known clock offset: that at the scan, else the current one. */
function toUpload({ ticketCode, wasSent, clockOffsetMs, ...scan }: WaitingScan, memory: DoorMemory) {
  const time = Date.parse(scan.scannedAt) + (clockOffsetMs ?? memory.clockOffsetMs() ?? 0)
  return Number.isNaN(time) ? scan : { ...scan, scannedAt: new Date(time).toISOString() }
}

function recordSettled(memory: DoorMemory, settled: Settled[], doubleEntries: ScansReport['doubleEntries']): void {
  const last = memory.lastAdmission()
  const undoable = settled.find(({ scan }) => scan.scanId === last?.id)
  // Undoing a second entry would undo the first one.
  if (last && undoable) memory.keepAdmission(isPassage(undoable) ? { ...last, ticketId: undoable.ticketId } : null)
  const doubles: Concern[] = doubleEntries.map(({ ticketId, ticketCode, guest, entries }) => ({
    id: `double:${ticketId}`,
    title: {
      word: 'double_entry',
      values: { count: entries.length, code: ticketCode },
    },
    name: `${guest.firstName} ${guest.lastName}`.trim(),
    lines: entries.map(({ at, gate, device }) => ({ word: 'entry_line', values: { time: { at }, place: gate ?? device ?? '' } })),
  }))
  const rejected: Concern[] = settled
    .filter(({ outcome }) => outcome === 'rejected')
    .map(({ scan, reason }) => ({
      id: `rejected:${scan.scanId}`,
      name: '',
      title: scan.ticketCode
        ? { word: 'admitted_invalid', values: { code: scan.ticketCode } }
        : { word: 'admitted_invalid_unknown' },
      lines: [reasonMessage(reason ?? 'unknown')],
    }))
  memory.addConcerns([...doubles, ...rejected])
  memory.removeWaiting(settled.map(({ scan }) => scan.scanId))
}

function isPassage({ outcome }: Settled): boolean {
  return outcome === 'entered' || outcome === 'exited'
}

/** Checks whether the service refused the door pass, so that retrying is pointless. */
export function isPassRefused(error: unknown): error is RefusedError {
  return error instanceof RefusedError && error.code === 'FORBIDDEN'
}
