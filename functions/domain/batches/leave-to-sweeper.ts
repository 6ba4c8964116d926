import { TicketGenerationError } from '../../errors.ts'
import { logger } from '../../runtime/telemetry.ts'

/**
 * Takes the queue or the topic being away: what is written down holds, and the sweeper sends it.
 * @throws What else went wrong.
 */
export function leaveToSweeper(error: unknown): void {
  if (!(error instanceof TicketGenerationError) || error.code !== 'QUEUE_UNAVAILABLE') throw error
  logger.warn('A batch is left to the sweeper', { code: error.code, error })
}
