import type { Sql } from '../../database/client.ts'
import { findTicketDetails, type TicketDetails } from '../../database/tickets.ts'
import { type GuestLinks, LinkExpiredError, type LinkPurpose } from '../../trust/guest-links.ts'
import { TicketNotFoundError } from '../errors.ts'

/** The ticket id and the signature of a guest link. */
export interface LinkRequest {
  ticketId: number
  expires?: string | undefined
  signature?: string | undefined
}

/**
 * Finds the ticket that a guest link opens.
 * @throws ForbiddenLinkError when the signature of the link is invalid.
 * @throws LinkExpiredError when the link has expired, or the ticket is revoked.
 * @throws TicketNotFoundError when no ticket has this id.
 */
export async function openLink(
  { sql, links }: { sql: Sql; links: GuestLinks },
  purpose: LinkPurpose,
  request: LinkRequest,
): Promise<TicketDetails> {
  links.check(purpose, request.ticketId, request)
  const ticket = await findTicketDetails(sql, request.ticketId)
  if (!ticket) throw new TicketNotFoundError(request.ticketId)
  if (ticket.revoked_at) throw new LinkExpiredError('This ticket was revoked.')
  return ticket
}
