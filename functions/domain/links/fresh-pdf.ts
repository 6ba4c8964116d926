import { setTimeout as sleep } from 'node:timers/promises'
import { reprinting } from '../../contract/retries.ts'
import { findItemStatus } from '../../database/generation-logs.ts'
import { claimReprints, joinReprint, releaseReprints } from '../../database/reprints.ts'
import { findTicketDetails, type TicketDetails } from '../../database/tickets.ts'
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
 * Returns the key of a ticket's PDF that shows its present facts, and prints it if there is none. Guests who ask
 * while others are printed share the next print of their event. A file that cannot be printed anew is returned as
 * it is.
 * @throws TicketPrintingError when it takes longer than a guest should wait: ask again in a moment.
 */
export async function findFreshPdf(clients: FileClients, ticket: TicketDetails): Promise<string> {
  const deadline = performance.now() + reprinting.waitMs
  let read: TicketDetails | undefined = ticket
  while (read && performance.now() < deadline) {
    const { pdf_file_path: key, outdated } = read
    const isStored = key !== null && (await clients.storage.exists(key))
    if (isStored && !outdated) return key
    const isPrinted = await printAnew(clients, read, deadline).catch((error) => {
      if (!isStored || error instanceof TicketPrintingError || !(error instanceof TicketGenerationError)) throw error
      logger.warn('An outdated ticket could not be printed; its old file is shown', { ticketId: ticket.id, code: error.code })
      return false
    })
    if (!isPrinted && isStored) return key
    // The facts may have changed again, or the ticket been printed by another job.
    if (isPrinted) read = await findTicketDetails(clients.sql, ticket.id)
    else break
  }
  throw new TicketPrintingError()
}

/** Prints a ticket anew, or waits for a concurrent print of it. False where it cannot be printed. */
async function printAnew(clients: FileClients, ticket: TicketDetails, deadline: number): Promise<boolean> {
  const reprint = await joinReprint(clients.sql, ticket)
  if (!reprint) return true
  for (let pauseMs: number = reprinting.pollMs; performance.now() < deadline; pauseMs *= 1.5) {
    await printWaiting(clients, reprint.jobId)
    const status = (await findItemStatus(clients.sql, reprint.itemId))?.status
    if (status !== 'pending') return status === 'generated'
    await sleep(Math.min(pauseMs, reprinting.longestPollMs))
  }
  throw new TicketPrintingError()
}

/** Prints the waiting tickets of a job, unless somebody else does or too many prints run. */
async function printWaiting({ sql, renderer }: FileClients, jobId: number): Promise<void> {
  const itemIds = await claimReprints(sql, jobId)
  if (itemIds.length === 0) return
  try {
    const answer = await renderer.ask({ jobId, itemIds })
    if ('code' in answer) throw new TicketGenerationError(answer.message, answer.code)
  } finally {
    await releaseReprints(sql, jobId)
  }
}
