import type { TicketStorage } from '../../aws/ticket-storage.ts'
import type { Sql } from '../../database/client.ts'
import type { GuestLinks } from '../../trust/guest-links.ts'
import { TicketNotFoundError } from '../errors.ts'
import { type LinkRequest, openLink } from './open-link.ts'

/**
 * Returns a presigned URL of the PDF behind a guest link.
 * @throws What `openLink` throws, and TicketNotFoundError when the ticket has no PDF yet.
 */
export async function openPdf(
  clients: { sql: Sql; links: GuestLinks; storage: TicketStorage },
  request: LinkRequest,
): Promise<string> {
  const ticket = await openLink(clients, 'pdf', request)
  if (!ticket.pdf_file_path) throw new TicketNotFoundError(ticket.id, 'This ticket has not been generated yet.')
  return await clients.storage.presign(ticket.pdf_file_path)
}
