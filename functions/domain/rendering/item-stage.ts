import type { PendingItem } from '../../database/generation-logs.ts'
import { BrowserUnavailableError, RenderFailedError, TicketGenerationError } from '../../errors.ts'
import { logger } from '../../runtime/telemetry.ts'

/** Is an item that can never succeed as it is, with the reason. */
export interface Failure {
  item: PendingItem
  error: TicketGenerationError
}

/** Is an item on its way, with what was made of it so far, or with why nothing more will be. */
export type Stage<T> = ({ item: PendingItem } & T) | Failure

/**
 * Takes a fault as this item's own; one that is none of ours is told of as `told`. What Chromium or our own code stumbled over is logged:
 * nobody hears of it otherwise.
 * @throws BrowserUnavailableError where it is that: it says nothing of the item.
 */
export function failItem(item: PendingItem, error: unknown, told: string): Failure {
  if (error instanceof BrowserUnavailableError) throw error
  const ours = error instanceof TicketGenerationError ? error : new RenderFailedError(told, { cause: error })
  if (ours instanceof RenderFailedError && ours.cause) logger.error(told, { itemId: item.item_id, error })
  return { item, error: ours }
}
