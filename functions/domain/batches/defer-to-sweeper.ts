import { TicketGenerationError } from '../../errors.ts'
import { logger } from '../../runtime/telemetry.ts'

/** Tolerates an unavailable queue or topic: the batch is committed, so the sweeper sends it later. */
export function deferToSweeper(error: unknown): void {
  if (!(error instanceof TicketGenerationError) || error.code !== 'QUEUE_UNAVAILABLE') throw error
  logger.warn('A batch is deferred to the sweeper', { code: error.code, error })
}
