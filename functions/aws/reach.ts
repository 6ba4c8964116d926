import { PartUnavailableError } from '../errors.ts'

/** An error for an unavailable queue, function or topic. */
export class QueueUnavailableError extends PartUnavailableError {
  constructor(part: string, cause: unknown) {
    super(part, 'QUEUE_UNAVAILABLE', cause)
  }
}

/** Awaits a request to a part of AWS. @throws QueueUnavailableError when it fails. */
export async function reach<T>(part: string, request: Promise<T>): Promise<T> {
  return await request.catch((cause) => {
    throw new QueueUnavailableError(part, cause)
  })
}
