import { setTimeout as sleep } from 'node:timers/promises'
import { ticketsPerChunk } from '../../contract/queues.ts'
import { reprinting } from '../../contract/retries.ts'
import {
  claimReprints,
  countRunningReprints,
  findReprint,
  joinReprint,
  type Reprint,
  releaseReprints,
} from '../../database/reprints.ts'
import type { TicketDetails } from '../../database/tickets.ts'
import { TicketGenerationError } from '../../errors.ts'
import { logger } from '../../runtime/telemetry.ts'
import type { Clients } from '../clients.ts'
import { TicketPrintingError } from '../errors.ts'
import { brandFailure, type LinkRequest, openLink } from './open-link.ts'

type FileClients = Clients<'sql' | 'storage' | 'renderer'>

/**
 * Returns a presigned URL of the PDF behind a guest link; an outdated or missing PDF is printed anew.
 * @throws What `openLink` and `findFreshPdf` throw.
 */
export async function openPdf(clients: FileClients & Clients<'links'>, request: LinkRequest): Promise<string> {
  const ticket = await openLink(clients, 'pdf', request)
  return await clients.storage.presign(await brandFailure(clients, ticket, findFreshPdf(clients, ticket)))
}

/**
 * Returns the key of a ticket's PDF that shows its present facts, and prints it if there is none. Guests who
 * ask at the same moment share prints: one of them has all waiting tickets of the event printed. A file that
 * cannot be printed anew is returned as it is.
 * @throws TicketPrintingError when it takes longer than a guest should wait: ask again in a moment.
 */
export async function findFreshPdf(clients: FileClients, ticket: TicketDetails): Promise<string> {
  const { pdf_file_path: key, outdated } = ticket
  const isStored = key !== null && (await clients.storage.exists(key))
  if (isStored && !outdated) return key
  const printed = await printAnew(clients, await joinReprint(clients.sql, ticket)).catch((error) => {
    if (!isStored || error instanceof TicketPrintingError || !(error instanceof TicketGenerationError)) throw error
    logger.warn('An outdated ticket could not be printed; its old file is shown', { ticketId: ticket.id, code: error.code })
    return null
  })
  if (printed) return printed
  if (isStored) return key
  throw new TicketPrintingError()
}

/** Waits until an item is printed, and has it printed if nobody else does. Null where it cannot be printed. */
async function printAnew(clients: FileClients, { jobId, itemId }: Reprint): Promise<string | null> {
  const deadline = performance.now() + reprinting.waitMs
  while (performance.now() < deadline) {
    await printWaiting(clients, jobId)
    const reprint = await findReprint(clients.sql, itemId)
    if (reprint?.status === 'generated') return reprint.key
    if (reprint?.status !== 'pending') return null
    await sleep(reprinting.pollMs)
  }
  throw new TicketPrintingError()
}

/** Prints the waiting tickets of a job, unless somebody else does or too many prints run. */
async function printWaiting({ sql, renderer }: FileClients, jobId: number): Promise<void> {
  if ((await countRunningReprints(sql, reprinting.claimSeconds)) >= reprinting.concurrent) return
  const itemIds = await claimReprints(sql, jobId, { seconds: reprinting.claimSeconds, limit: ticketsPerChunk })
  if (itemIds.length === 0) return
  try {
    const answer = await renderer.ask({ jobId, itemIds })
    if ('code' in answer) throw new TicketGenerationError(answer.message, answer.code)
  } finally {
    await releaseReprints(sql, jobId)
  }
}
