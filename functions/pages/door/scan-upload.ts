import type { Door } from './admission.ts'
import type { Concern, DoorMemory } from './door-memory.ts'
import { RefusedError, type ScansReport } from './service-calls.ts'
import { refused, sayTime } from './verdict.ts'

const mostScans = 500

/**
 * Hands in the scans that wait, oldest first, and notes what has to be looked into: guests who came in twice, and tickets that were let in
 * here but are not good. Scans leave the queue when the service has them; sending one twice is harmless.
 */
export async function uploadScans({ service, memory }: Door): Promise<void> {
  for (let waiting = memory.waiting(); waiting.length > 0; waiting = memory.waiting()) {
    const sent = waiting.slice(0, mostScans)
    for (const scan of sent) memory.addWaiting({ ...scan, wasSent: true })
    const scans = sent.map(({ ticketCode, wasSent, ...scan }) => scan)
    const report = await service.uploadScans(scans)
    noteReport(memory, report, new Map(sent.map(({ scanId, ticketCode }) => [scanId, ticketCode])))
    const settled = report.scans.map(({ scanId }) => scanId)
    memory.removeWaiting(settled)
    // A service that settles nothing would keep this going for ever.
    if (settled.length === 0) return
  }
}

function noteReport(memory: DoorMemory, { scans, doubleEntries }: ScansReport, codes: Map<string, string | null>): void {
  const last = memory.lastAdmission()
  const settled = scans.find(({ scanId }) => scanId === last?.scanId)
  // Taking back a second entry would take back the first one.
  if (last && settled) memory.keepAdmission(settled.outcome === 'entered' ? { ...last, ticketId: settled.ticketId } : null)
  const doubles: Concern[] = doubleEntries.map(({ ticketId, ticketCode, guest, entries }) => ({
    id: `double:${ticketId}`,
    title: `Came in ${entries.length} times: ${guest.firstName} ${guest.lastName} (${ticketCode})`,
    lines: entries.map(({ at, gate, device }) => `${sayTime(new Date(at))} ${gate ?? device ?? ''}`.trim()),
  }))
  const rejected: Concern[] = scans
    .filter(({ outcome }) => outcome === 'rejected')
    .map(({ scanId, reason }) => ({
      id: `rejected:${scanId}`,
      title: `Let in without a network, but not good: ${codes.get(scanId) || 'a ticket'}`,
      lines: [refused(reason ?? 'unknown').reason],
    }))
  const fresh = [...doubles, ...rejected]
  const kept = memory.concerns().filter(({ id }) => !fresh.some((concern) => concern.id === id))
  memory.keepConcerns([...fresh, ...kept])
}

/** Tells whether the service took offence at the pass, so that trying again is no use. */
export function isPassRefused(error: unknown): error is RefusedError {
  return error instanceof RefusedError && error.code === 'FORBIDDEN'
}
