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
