import { DatabaseUnavailableError, isDatabaseUnavailable } from '../database/client.ts'
import { TicketGenerationError } from '../errors.ts'

/**
 * Finds the error of the family that stands for any error at the boundary: itself, PostgreSQL being away, or a mistake of the
 * service, whose message tells a caller nothing but that.
 */
export function toServiceError(error: unknown): TicketGenerationError {
  if (error instanceof TicketGenerationError) return error
  if (isDatabaseUnavailable(error)) return new DatabaseUnavailableError(error)
  return new TicketGenerationError('The service made a mistake. The request id finds it in the logs.', 'INTERNAL_ERROR', [], {
    cause: error,
  })
}
