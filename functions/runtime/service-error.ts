import { DatabaseUnavailableError, isDatabaseUnavailable } from '../database/unavailable.ts'
import { BrowserUnavailableError, isMachineFault, PartUnavailableError, TicketGenerationError } from '../errors.ts'

/** Converts any error to one of the family; INTERNAL_ERROR reveals nothing of the cause. */
export function toServiceError(error: unknown): TicketGenerationError {
  const isOurs = error instanceof TicketGenerationError && !(error instanceof BrowserUnavailableError)
  if (isOurs) return error
  if (isMachineFault(error)) return new PartUnavailableError('temporary folder', 'INTERNAL_ERROR', error)
  if (error instanceof BrowserUnavailableError) return error
  if (isDatabaseUnavailable(error)) return new DatabaseUnavailableError(error)
  return new TicketGenerationError('Internal error. Quote the request id to support.', 'INTERNAL_ERROR', [], { cause: error })
}
