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
 * Returns a presigned URL of the PDF behind a guest link; an outdated or missing PDF is reprinted first.
 * @throws What `openLink` and `findFreshPdf` throw.
 */
export async function openPdf(clients: FileClients & Clients<'links'>, request: LinkRequest): Promise<string> {
  const ticket = await openLink(clients, 'pdf', request)
  return await clients.storage.presign(await brandFailure(clients, ticket, findFreshPdf(clients, ticket)))
}

/**
 * Returns the key of an up-to-date PDF of a ticket, and prints it if there is none. Requests that arrive
 * during a print share the next print of their event. An outdated file that cannot be reprinted is returned
 * as it is.
 * @throws TicketPrintingError when it takes longer than a guest should wait: request it again in a moment.
 */
export async function findFreshPdf(clients: FileClients, ticket: TicketDetails): Promise<string> {
  const deadline = performance.now() + reprinting.waitMs
  let read: TicketDetails | undefined = ticket
  while (read && performance.now() < deadline) {
    const { pdf_file_path: key, outdated } = read
    const isStored = key !== null && (await clients.storage.exists(key))
    if (isStored && !outdated) return key
    const isPrinted = await reprint(clients, read, deadline).catch((error) => {
      if (!isStored || error instanceof TicketPrintingError || !(error instanceof TicketGenerationError)) throw error
      logger.warn('An outdated ticket could not be reprinted; its old file is shown', { ticketId: ticket.id, code: error.code })
      return false
    })
    if (!isPrinted && isStored) return key
    // The facts may have changed again, or another job may have printed the ticket.
    if (isPrinted) read = await findTicketDetails(clients.sql, ticket.id)
    else break
  }
  throw new TicketPrintingError()
}

/** Reprints a ticket, or waits for a concurrent print of it. Returns false if it cannot be printed. */
async function reprint(clients: FileClients, ticket: TicketDetails, deadline: number): Promise<boolean> {
  const joined = await joinReprint(clients.sql, ticket)
  if (!joined) return true
  for (let pauseMs: number = reprinting.pollMs; performance.now() < deadline; pauseMs *= 1.5) {
    await printWaiting(clients, joined.jobId)
    const status = (await findItemStatus(clients.sql, joined.itemId))?.status
    if (status !== 'pending') return status === 'generated'
    await sleep(Math.min(pauseMs, reprinting.longestPollMs))
  }
  throw new TicketPrintingError()
}

/** Prints the waiting tickets of a job, unless another call does, or too many prints are running. */
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
