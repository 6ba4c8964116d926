import type { Door } from './admission.ts'
import type { Admission } from './door-memory.ts'

/**
 * Undoes the last passage: in the upload queue if the service cannot have received it, else through the service. Must
 * not run concurrently with an upload. @returns Who was admitted, or null. @throws NoResponseError, or RefusedError if
 * the guest has been checked in elsewhere since.
 */
export async function undoLastAdmission({ service, memory }: Door): Promise<string | null> {
  const last = memory.lastAdmission()
  if (!last) return null
  const waiting = memory.waiting().find(({ scanId }) => scanId === last.id)
  if (!waiting || waiting.wasSent) await undoAtService(service, last)
  memory.removeWaiting([last.id])
  if (last.key) memory.keepPassage(last.key, last.before)
  memory.keepAdmission(null)
  if (last.direction === 'in') memory.count('admitted', -1)
  return last.name || last.ticketCode || ''
}

async function undoAtService(service: Door['service'], { ticketId, shown, id: scanId, direction }: Admission): Promise<void> {
  const scan = { scanId, direction }
  const known = ticketId ?? ('ticketId' in shown ? shown.ticketId : null)
  // If the service never received the admission, undoing it changes nothing.
  const undone = known ?? ('ticketId' in shown ? undefined : (await service.validate(shown, scan)).ticket?.id)
  if (undone !== undefined) await service.undo(undone, shown, scan)
}
