import { findTicketDetails, type TicketDetails } from '../../database/tickets.ts'
import { LinkExpiredError, type LinkPurpose } from '../../trust/guest-links.ts'
import type { Clients } from '../clients.ts'
import { TicketNotFoundError } from '../errors.ts'

/** The ticket id and the signature of a guest link. */
export interface LinkRequest {
  ticketId: number
  expires?: string | undefined
  signature?: string | undefined
}

/**
 * Finds the ticket that a guest link opens. @throws ForbiddenLinkError, LinkExpiredError,
 * TicketNotFoundError.
 */
export async function openLink(
  { sql, links }: Clients<'sql' | 'links'>,
  purpose: LinkPurpose,
  request: LinkRequest,
): Promise<TicketDetails> {
  links.check(purpose, request.ticketId, request)
  const ticket = await findTicketDetails(sql, request.ticketId)
  if (!ticket) throw new TicketNotFoundError(request.ticketId)
  if (ticket.revoked_at) throw new LinkExpiredError('This ticket was revoked.')
  return ticket
}

/**
 * Returns a presigned URL of the PDF behind a guest link.
 * @throws What `openLink` throws, and TicketNotFoundError when the ticket has no PDF yet.
 */
export async function openPdf(clients: Clients<'sql' | 'links' | 'storage'>, request: LinkRequest): Promise<string> {
  const ticket = await openLink(clients, 'pdf', request)
  if (!ticket.pdf_file_path) throw new TicketNotFoundError(ticket.id, 'This ticket has not been generated yet.')
  return await clients.storage.presign(ticket.pdf_file_path)
}
