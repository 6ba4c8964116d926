import type { TicketRenderer } from '../../aws/ticket-renderer.ts'
import { pictureKeyOf, type TicketStorage } from '../../aws/ticket-storage.ts'
import type { Sql } from '../../database/client.ts'
import type { GuestLinks } from '../../trust/guest-links.ts'
import { TicketNotFoundError } from '../errors.ts'
import { expectOutcome } from '../rendering/renderer-answer.ts'
import { type LinkRequest, openLink } from './open-link.ts'

/**
 * Returns a presigned URL of the image behind a guest link, and has the image drawn at its first request.
 * @throws What `openLink` throws.
 * @throws TicketNotFoundError when the ticket has no PDF yet.
 * @throws TicketGenerationError with the renderer's code when the drawing fails.
 */
export async function openPicture(
  clients: { sql: Sql; links: GuestLinks; storage: TicketStorage; renderer: TicketRenderer },
  request: LinkRequest,
): Promise<string> {
  const { id, pdf_file_path: pdfKey, ticket_code: ticketCode } = await openLink(clients, 'png', request)
  if (!pdfKey) throw new TicketNotFoundError(id, 'This ticket has not been generated yet.')
  const key = pictureKeyOf(pdfKey)
  if (!(await clients.storage.exists(key)))
    expectOutcome(await clients.renderer.ask({ picture: { pdfKey, ticketCode } }), 'drawn')
  return await clients.storage.presign(key)
}
