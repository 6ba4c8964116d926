import { pictureKeyOf } from '../../aws/ticket-storage.ts'
import type { TicketDetails } from '../../database/tickets.ts'
import type { Clients } from '../clients.ts'
import { TicketPrintingError } from '../errors.ts'
import { expectOutcome } from '../rendering/renderer-answer.ts'
import { findFreshPdf } from './fresh-pdf.ts'
import { brandFailure, type LinkRequest, openLink } from './open-link.ts'

/**
 * Returns a presigned URL of the image behind a guest link; an outdated or missing ticket is reprinted first,
 * and the image is drawn at its first request.
 * @throws What `openPdf` throws, and TicketGenerationError with the renderer's code when the drawing fails.
 */
export async function openPicture(
  clients: Clients<'sql' | 'links' | 'storage' | 'renderer'>,
  request: LinkRequest,
): Promise<string> {
  const ticket = await openLink(clients, 'png', request)
  const key = await brandFailure(clients, ticket, drawFresh(clients, ticket))
  return await clients.storage.presign(key)
}

/** Returns the key of the picture of a ticket's PDF, and has it drawn if it is not stored. */
async function drawFresh(clients: Clients<'sql' | 'storage' | 'renderer'>, ticket: TicketDetails): Promise<string> {
  const pdfKey = await findFreshPdf(clients, ticket)
  const key = pictureKeyOf(pdfKey)
  if (await clients.storage.exists(key)) return key
  const answer = await clients.renderer.ask({ picture: { pdfKey, ticketCode: ticket.ticket_code } })
  // The PDF was replaced or deleted in the meantime; the next request finds its successor.
  if (answer.outcome === 'refused' && answer.code === 'TICKET_NOT_FOUND') throw new TicketPrintingError()
  expectOutcome(answer, 'drawn')
  return key
}
