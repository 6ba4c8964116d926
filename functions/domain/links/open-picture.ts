import type { TicketRenderer } from '../../aws/ticket-renderer.ts'
import { pictureKeyOf, type TicketStorage } from '../../aws/ticket-storage.ts'
import type { Sql } from '../../database/client.ts'
import { TicketGenerationError } from '../../errors.ts'
import type { GuestLinks } from '../../trust/guest-links.ts'
import { TicketNotFoundError } from '../errors.ts'
import { type LinkRequest, openLink } from './open-link.ts'

/**
 * Finds the short-lived address of the picture behind a guest link, and has it drawn where nobody asked for it before.
 * @throws ForbiddenLinkError, LinkExpiredError when the link is not good, or the ticket retired.
 * @throws TicketNotFoundError when no ticket has this id, or it has not been printed yet.
 * @throws TicketGenerationError with the code that the drawing ended with.
 */
export async function openPicture(
  clients: { sql: Sql; links: GuestLinks; storage: TicketStorage; renderer: TicketRenderer },
  request: LinkRequest,
): Promise<string> {
  const { id, pdf_file_path: pdfKey, ticket_code: ticketCode } = await openLink(clients, 'png', request)
  if (!pdfKey) throw new TicketNotFoundError(id, 'This ticket has not been generated yet.')
  const key = pictureKeyOf(pdfKey)
  if (!(await clients.storage.exists(key))) await draw(clients.renderer, { pdfKey, ticketCode })
  return await clients.storage.presign(key)
}

async function draw(renderer: TicketRenderer, picture: { pdfKey: string; ticketCode: string }): Promise<void> {
  const answer = await renderer.ask({ picture })
  if ('code' in answer) throw new TicketGenerationError(answer.message, answer.code)
  if (answer.outcome !== 'drawn') throw new Error(`The renderer answered a picture with ${answer.outcome}.`)
}
