import type { TicketStorage } from '../../aws/ticket-storage.ts'
import type { PictureRequest, RenderAnswer } from '../../contract/schemas/render.ts'
import { TicketGenerationError } from '../../errors.ts'
import { drawPage } from '../../images/page-image.ts'

/** Is how wide the picture of a ticket is in pixels: as a phone shows it, and its QR code still has pixels to spare. */
const pictureWidth = 1200

/**
 * Draws the first page of a stored PDF and stores the picture beside it. Repeating it changes nothing.
 * @throws TicketGenerationError with TICKET_NOT_FOUND when the PDF is stored no longer.
 * @throws ValidationError when the page is so long that its picture would be too large.
 */
export async function drawTicket(
  { storage }: { storage: TicketStorage },
  { pdfKey, ticketCode }: PictureRequest,
): Promise<RenderAnswer> {
  const pdf = await storage.read(pdfKey)
  if (!pdf) throw new TicketGenerationError('This ticket was printed anew just now. Try again.', 'TICKET_NOT_FOUND')
  const png = await drawPage(pdf, { page: 1, width: pictureWidth })
  return { outcome: 'drawn', key: await storage.storePicture({ key: pdfKey, ticketCode }, png) }
}
