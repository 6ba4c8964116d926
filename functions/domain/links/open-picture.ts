import { pictureKeyOf } from '../../aws/ticket-storage.ts'
import type { Clients } from '../clients.ts'
import { expectOutcome } from '../rendering/renderer-answer.ts'
import { findFreshPdf } from './fresh-pdf.ts'
import { brandFailure, type LinkRequest, openLink } from './open-link.ts'

/**
 * Returns a presigned URL of the image behind a guest link; an outdated or missing ticket is printed anew, and
 * the image is drawn at its first request.
 * @throws What `openPdf` throws, and TicketGenerationError with the renderer's code when the drawing fails.
 */
export async function openPicture(
  clients: Clients<'sql' | 'links' | 'storage' | 'renderer'>,
  request: LinkRequest,
): Promise<string> {
  const ticket = await openLink(clients, 'png', request)
  const pdfKey = await brandFailure(clients, ticket, findFreshPdf(clients, ticket))
  const key = pictureKeyOf(pdfKey)
  if (!(await clients.storage.exists(key)))
    expectOutcome(await clients.renderer.ask({ picture: { pdfKey, ticketCode: ticket.ticket_code } }), 'drawn')
  return await clients.storage.presign(key)
}
