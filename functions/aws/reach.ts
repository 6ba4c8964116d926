import { TicketGenerationError } from '../errors.ts'

/** Awaits a request to a part of AWS. @throws TicketGenerationError with QUEUE_UNAVAILABLE when it fails. */
export async function reach<T>(part: string, request: Promise<T>): Promise<T> {
  return await request.catch((cause) => {
    throw new TicketGenerationError(`The ${part} is unavailable. It is safe to retry.`, 'QUEUE_UNAVAILABLE', [], { cause })
  })
}
