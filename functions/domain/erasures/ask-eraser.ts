import type { ErasureRequest } from '../../contract/schemas/erasures.ts'
import { TicketGenerationError } from '../../errors.ts'
import type { Clients } from '../clients.ts'

/** Asks the one function that may erase to erase a guest. @throws What `eraseGuest` throws. */
export async function askToEraseGuest(clients: Clients<'eraser'>, guest: { eventId: number; guestId: number }) {
  return { ...guest, erasedAt: await ask(clients, { guest }) }
}

/** Asks it to erase all guests of an event, in the background. @throws EventNotFoundError. */
export async function askToEraseEvent(clients: Clients<'eraser'>, eventId: number) {
  const requestedAt = await ask(clients, { event: { eventId } })
  await clients.eraser.start({})
  return { eventId, requestedAt }
}

async function ask({ eraser }: Clients<'eraser'>, request: ErasureRequest): Promise<string> {
  const answer = await eraser.ask(request)
  if ('code' in answer) throw new TicketGenerationError(answer.message, answer.code, answer.details)
  return answer.at
}
