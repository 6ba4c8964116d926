import { pictureKeyOf } from '../../aws/ticket-storage.ts'
import type { GuestLinks } from '../../trust/guest-links.ts'
import { expectOutcome } from '../rendering/renderer-answer.ts'
import { type FileClients, findFreshPdf } from './fresh-pdf.ts'
import { type LinkRequest, openLink } from './open-link.ts'

/**
 * Returns a presigned URL of the image behind a guest link; an outdated or missing ticket is printed anew, and
 * the image is drawn at its first request.
 * @throws What `openLink` and `findFreshPdf` throw.
 * @throws TicketGenerationError with the renderer's code when the drawing fails.
 */
export async function openPicture(clients: FileClients & { links: GuestLinks }, request: LinkRequest): Promise<string> {
  const ticket = await openLink(clients, 'png', request)
  const pdfKey = await findFreshPdf(clients, ticket)
  const key = pictureKeyOf(pdfKey)
  if (!(await clients.storage.exists(key)))
    expectOutcome(await clients.renderer.ask({ picture: { pdfKey, ticketCode: ticket.ticket_code } }), 'drawn')
  return await clients.storage.presign(key)
}
