import type { Door } from './admission.ts'
import type { Admission } from './door-memory.ts'

/**
 * Undoes the last admission: in the upload queue if the service cannot have received it, else through the
 * service. Not concurrently with an upload. @returns Who was admitted, or null. @throws NoResponseError, or
 * RefusedError if somebody else checked the guest in since.
 */
export async function undoLastAdmission({ service, memory }: Door): Promise<string | null> {
  const last = memory.lastAdmission()
  if (!last) return null
  const waiting = memory.waiting().find(({ scanId }) => scanId === last.scanId)
  if (!waiting || waiting.wasSent) await undoAtService(service, last)
  memory.removeWaiting([last.scanId])
  if (last.ticketCode) memory.forgetEntry(last.ticketCode)
  memory.keepAdmission(null)
  memory.count('admitted', -1)
  return last.who
}

async function undoAtService(service: Door['service'], { ticketId, presented, scanId }: Admission): Promise<void> {
  // If the service never received the admission, undoing it changes nothing.
  const id = ticketId ?? (await service.validate(presented)).ticket?.id
  if (id !== undefined) await service.undo(id, { ...presented, scanId })
}
