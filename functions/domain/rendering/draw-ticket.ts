import type { PictureRequest, RenderAnswer } from '../../contract/schemas/render.ts'
import { TicketGenerationError } from '../../errors.ts'
import { drawPage } from '../../images/page-image.ts'
import type { Clients } from '../clients.ts'

/** The width of a ticket's image in pixels: a phone's width, at which the QR code scans with a margin. */
const pictureWidth = 1200

/**
 * Draws the first page of a stored PDF and stores the image beside it. Idempotent.
 * @throws TicketGenerationError when the PDF is no longer stored, or its page is too long to draw.
 */
export async function drawTicket({ storage }: Clients<'storage'>, { pdfKey, ticketCode }: PictureRequest): Promise<RenderAnswer> {
  const pdf = await storage.read(pdfKey)
  if (!pdf) throw new TicketGenerationError('This ticket has just been reprinted. Try again.', 'TICKET_NOT_FOUND')
  const png = await drawPage(pdf, { page: 1, width: pictureWidth })
  return { outcome: 'drawn', key: await storage.storePicture({ key: pdfKey, ticketCode }, png) }
}
