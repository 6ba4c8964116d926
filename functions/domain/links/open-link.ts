import type { TicketDetails } from '../../database/tickets.ts'
import { TicketGenerationError } from '../../errors.ts'
import { LinkExpiredError, type LinkPurpose } from '../../trust/guest-links.ts'
import type { Clients } from '../clients.ts'
import { loadBranding } from '../events/load-branding.ts'
import { requireTicketDetails } from '../tickets/require-ticket.ts'

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
  const ticket = await requireTicketDetails(sql, request.ticketId)
  if (ticket.revoked_at) throw new LinkExpiredError('This ticket was revoked.').withBranding(await loadBranding(sql, ticket))
  return ticket
}

/** Waits for work on a guest's ticket; a failure gets the event's branding, for the error page. */
export async function brandFailure<Result>(
  { sql }: Clients<'sql'>,
  ticket: TicketDetails,
  work: Promise<Result>,
): Promise<Result> {
  return await work.catch(async (error) => {
    throw error instanceof TicketGenerationError ? error.withBranding(await loadBranding(sql, ticket)) : error
  })
}
