import type { Door } from './admission.ts'
import type { Concern, DoorMemory } from './door-memory.ts'
import { RefusedError, type ScansReport } from './service-calls.ts'
import { formatTime, refused } from './verdict.ts'

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
    title: `Entered ${entries.length} times: ${guest.firstName} ${guest.lastName} (${ticketCode})`,
    lines: entries.map(({ at, gate, device }) => `${formatTime(new Date(at))} ${gate ?? device ?? ''}`.trim()),
  }))
  const rejected: Concern[] = scans
    .filter(({ outcome }) => outcome === 'rejected')
    .map(({ scanId, reason }) => ({
      id: `rejected:${scanId}`,
      title: `Admitted offline, but not valid: ${codes.get(scanId ?? '') || 'a ticket'}`,
      lines: [refused(reason ?? 'unknown').reason],
    }))
  const fresh = [...doubles, ...rejected]
  const others = memory.concerns().filter(({ id }) => !fresh.some((concern) => concern.id === id))
  memory.keepConcerns([...fresh, ...others])
}

/** Checks whether the service refused the door pass, so that retrying is pointless. */
export function isPassRefused(error: unknown): error is RefusedError {
  return error instanceof RefusedError && error.code === 'FORBIDDEN'
}
