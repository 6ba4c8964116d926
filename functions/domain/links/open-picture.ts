import { pictureKeyOf } from '../../aws/ticket-storage.ts'
import type { Clients } from '../clients.ts'
import { TicketNotFoundError } from '../errors.ts'
import { expectOutcome } from '../rendering/renderer-answer.ts'
import { type LinkRequest, openLink } from './open-link.ts'

/**
 * Returns a presigned URL of the image behind a guest link, and has the image drawn at its first request.
 * @throws What `openPdf` throws, and TicketGenerationError with the renderer's code when the drawing fails.
 */
export async function openPicture(
  clients: Clients<'sql' | 'links' | 'storage' | 'renderer'>,
  request: LinkRequest,
): Promise<string> {
  const { id, pdf_file_path: pdfKey, ticket_code: ticketCode } = await openLink(clients, 'png', request)
  if (!pdfKey) throw new TicketNotFoundError(id, 'This ticket has not been generated yet.')
  const key = pictureKeyOf(pdfKey)
  if (!(await clients.storage.exists(key)))
    expectOutcome(await clients.renderer.ask({ picture: { pdfKey, ticketCode } }), 'drawn')
  return await clients.storage.presign(key)
}
