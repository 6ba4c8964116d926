import type { Door } from './admission.ts'
import type { Admission } from './door-memory.ts'

/**
 * Takes the last admission back: out of the queue where the service cannot have heard of it yet, else with the service's help. Not to be
 * called while scans are being uploaded.
 * Gives who it was, or null where there is nothing to take back.
 * @throws NoAnswerError where it takes the service, and that does not answer.
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

async function undoAtService(service: Door['service'], { ticketId, presented }: Admission): Promise<void> {
  // Where the service never heard of it, undoing changes nothing.
  const id = ticketId ?? (await service.validate(presented)).ticket?.id
  if (id !== undefined) await service.undo(id)
}
