import type { Door } from './admission.ts'
import type { Concern, DoorMemory } from './door-memory.ts'
import { RefusedError, type ScansReport } from './service-calls.ts'
import { reasonMessage } from './verdict.ts'

const maxScans = 500

/**
 * Uploads the waiting scans, oldest first, and records concerns: double entries, and tickets admitted here
 * that are not valid. Idempotent: scans leave the queue once the service has settled them.
 */
export async function uploadScans({ service, memory }: Door): Promise<void> {
  for (let waiting = memory.waiting(); waiting.length > 0; waiting = memory.waiting()) {
    const sent = waiting.slice(0, maxScans)
    for (const scan of sent) memory.addWaiting({ ...scan, wasSent: true })
    const scans = sent.map(({ ticketCode, wasSent, ...scan }) => scan)
    const report = await service.uploadScans(scans)
    recordReport(memory, report, new Map(sent.map(({ scanId, ticketCode }) => [scanId, ticketCode])))
    const settled = report.scans.flatMap(({ scanId }) => scanId ?? [])
    memory.removeWaiting(settled)
    // A service that settles nothing would make this loop endless.
    if (settled.length === 0) return
  }
}

function recordReport(memory: DoorMemory, { scans, doubleEntries }: ScansReport, codes: Map<string, string | null>): void {
  const last = memory.lastAdmission()
  const settled = scans.find(({ scanId }) => scanId === last?.scanId)
  // Undoing a second entry would undo the first one.
  if (last && settled) memory.keepAdmission(settled.outcome === 'entered' ? { ...last, ticketId: settled.ticketId } : null)
  const doubles: Concern[] = doubleEntries.map(({ ticketId, ticketCode, guest, entries }) => ({
    id: `double:${ticketId}`,
    title: {
      word: 'double_entry',
      values: { count: entries.length, name: `${guest.firstName} ${guest.lastName}`, code: ticketCode },
    },
    lines: entries.map(({ at, gate, device }) => ({ word: 'entry_line', values: { time: { at }, place: gate ?? device ?? '' } })),
  }))
  const rejected: Concern[] = scans
    .filter(({ outcome }) => outcome === 'rejected')
    .map(({ scanId, reason }) => {
      const code = codes.get(scanId ?? '')
      return {
        id: `rejected:${scanId}`,
        title: code ? { word: 'admitted_invalid', values: { code } } : { word: 'admitted_invalid_unknown' },
        lines: [reasonMessage(reason ?? 'unknown')],
      }
    })
  const fresh = [...doubles, ...rejected]
  const others = memory.concerns().filter(({ id }) => !fresh.some((concern) => concern.id === id))
  memory.keepConcerns([...fresh, ...others])
}

/** Checks whether the service refused the door pass, so that retrying is pointless. */
export function isPassRefused(error: unknown): error is RefusedError {
  return error instanceof RefusedError && error.code === 'FORBIDDEN'
}
