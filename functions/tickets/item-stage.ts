import type { PendingItem } from '../database/generation-logs.ts'
import { BrowserUnavailableError, RenderFailedError, TicketGenerationError } from '../errors.ts'
import { logger } from '../telemetry.ts'

/** Is an item that can never succeed as it is, with the reason. */
export interface Failure {
  item: PendingItem
  error: TicketGenerationError
}

/** Is an item on its way, with what was made of it so far, or with why nothing more will be. */
export type Stage<T> = ({ item: PendingItem } & T) | Failure

/**
 * Takes a fault as this item's own. One that is none of ours is logged, and told of as `told`.
 * @throws BrowserUnavailableError where it is that: it says nothing of the item.
 */
export function failItem(item: PendingItem, error: unknown, told: string): Failure {
  if (error instanceof BrowserUnavailableError) throw error
  if (error instanceof TicketGenerationError) return { item, error }
  logger.error(told, { itemId: item.item_id, error })
  return { item, error: new RenderFailedError(told, { cause: error }) }
}
