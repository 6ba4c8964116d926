import { DatabaseUnavailableError, isDatabaseUnavailable } from '../database/unavailable.ts'
import { TicketGenerationError } from '../errors.ts'

/** Converts any error to one of the family; INTERNAL_ERROR reveals nothing of the cause. */
export function toServiceError(error: unknown): TicketGenerationError {
  if (error instanceof TicketGenerationError) return error
  if (isDatabaseUnavailable(error)) return new DatabaseUnavailableError(error)
  return new TicketGenerationError('Internal error. Quote the request id to support.', 'INTERNAL_ERROR', [], { cause: error })
}
