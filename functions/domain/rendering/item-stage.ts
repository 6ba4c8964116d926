import type { PendingItem } from '../../database/generation-logs.ts'
import { BrowserUnavailableError, RenderFailedError, TicketGenerationError } from '../../errors.ts'
import { logger } from '../../runtime/telemetry.ts'

/** An item that failed permanently, with the reason. */
export interface Failure {
  item: PendingItem
  error: TicketGenerationError
}

/** An item in the pipeline: with the result of the last stage, or failed. */
export type Stage<T> = ({ item: PendingItem } & T) | Failure

/**
 * Attributes an error to an item; an unexpected one becomes a RenderFailedError. Render errors with a cause
 * are logged, since nobody sees it otherwise. @throws BrowserUnavailableError, since it is not the item's
 * fault.
 */
export function failItem(item: PendingItem, error: unknown, message: string): Failure {
  if (error instanceof BrowserUnavailableError) throw error
  const ours = error instanceof TicketGenerationError ? error : new RenderFailedError(message, { cause: error })
  if (ours instanceof RenderFailedError && ours.cause) logger.error(message, { itemId: item.item_id, error })
  return { item, error: ours }
}
