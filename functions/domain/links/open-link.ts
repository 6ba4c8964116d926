import type { Sql } from '../../database/client.ts'
import { findTicketDetails, type TicketDetails } from '../../database/tickets.ts'
import { type GuestLinks, LinkExpiredError, type LinkPurpose } from '../../trust/guest-links.ts'
import { TicketNotFoundError } from '../errors.ts'

/** Is what came with a guest link. */
export interface LinkRequest {
  ticketId: number
  expires?: string | undefined
  signature?: string | undefined
}

/**
 * Finds the ticket that a guest link opens.
 * @throws ForbiddenLinkError, LinkExpiredError when the link is not good, or the ticket retired.
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
  if (ticket.revoked_at) throw new LinkExpiredError('This ticket was retired.')
  return ticket
}
