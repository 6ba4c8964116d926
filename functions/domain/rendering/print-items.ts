import { deadlinesOf } from '../../contract/schemas/render.ts'
import type { PendingItem } from '../../database/generation-logs.ts'
import { BrowserUnavailableError, RenderFailedError, TicketGenerationError } from '../../errors.ts'
import type { Printer, StageTimes, TicketDocument } from '../../print/printer.ts'
import type { PrintedTicket } from '../../print/split.ts'
import { logger } from '../../runtime/telemetry.ts'

interface PrintClients {
  printer: Printer
  deadlineMs: number
}

const stageNames = ['dom', 'print', 'split'] as const

type Filled = { item: PendingItem; document: TicketDocument }

/**
 * Prints filled items, those of one version as a shared print. If that fails, each is printed alone, so that
 * only the item at fault fails. Also returns the time of each stage in milliseconds.
 * @throws BrowserUnavailableError when Chromium cannot start, or is shutting down.
 */
export async function printItems(
  { printer, deadlineMs }: PrintClients,
  filled: Stage<{ document: TicketDocument }>[],
): Promise<StageTimes & { printed: Stage<PrintedTicket>[] }> {
  const all: StageTimes = { dom: 0, print: 0, split: 0 }
  const printTogether = async (group: Filled[]): Promise<Stage<PrintedTicket>[]> => {
    const documents = group.map(({ document }) => document)
    const tickets = await printer.print(documents, deadlineMs * deadlinesOf(group.length)).finally(() => {
      for (const stage of stageNames) all[stage] += printer.stages[stage]
    })
    return group.flatMap(({ item }, index) => {
      const ticket = tickets[index]
      return ticket ? [{ item, ...ticket }] : []
    })
  }
  const fillable = filled.flatMap((stage) => ('document' in stage ? [stage] : []))
  const printed: Stage<PrintedTicket>[] = []
  for (const group of Map.groupBy(fillable, ({ document }) => document.templateKey).values())
    printed.push(...(await printGroup(group, printTogether)))
  return { ...all, printed: [...printed, ...filled.flatMap((stage) => ('error' in stage ? [stage] : []))] }
}

async function printGroup(
  group: Filled[],
  printTogether: (group: Filled[]) => Promise<Stage<PrintedTicket>[]>,
): Promise<Stage<PrintedTicket>[]> {
  return await printTogether(group).catch(async (error) => {
    if (group.length < 2) return group.map(({ item }) => failItem(item, error, 'The ticket could not be printed.'))
    logger.warn('A shared print failed; its tickets are printed alone', {
      itemIds: group.map(({ item }) => item.item_id),
      error,
    })
    const alone: Stage<PrintedTicket>[] = []
    for (const stage of group) alone.push(...(await printGroup([stage], printTogether)))
    return alone
  })
}

/** An item that failed permanently, with the reason. */
export interface Failure {
  item: PendingItem
  error: TicketGenerationError
}

/** An item in the pipeline: with the result of the last stage, or failed. */
export type Stage<T> = ({ item: PendingItem } & T) | Failure

/**
 * Attributes an error to an item; an unexpected one becomes a RenderFailedError. A render error with a cause
 * is logged, since its cause appears nowhere else. @throws BrowserUnavailableError, which is not the item's
 * fault.
 */
export function failItem(item: PendingItem, error: unknown, message: string): Failure {
  if (error instanceof BrowserUnavailableError) throw error
  const ours = error instanceof TicketGenerationError ? error : new RenderFailedError(message, { cause: error })
  if (ours instanceof RenderFailedError && ours.cause) logger.error(message, { itemId: item.item_id, error })
  return { item, error: ours }
}
