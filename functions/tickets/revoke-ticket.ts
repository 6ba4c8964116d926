import type { Sql } from '../database/client.ts'
import { retireTickets } from '../database/revocations.ts'
import { findTicket } from '../database/tickets.ts'
import { TicketNotFoundError } from './errors.ts'

/**
 * Retires a ticket's code for good. Idempotent: a ticket that is retired already answers when that was.
 * @throws TicketNotFoundError when no ticket has this id.
 */
export async function revokeTicket({ sql }: { sql: Sql }, ticketId: number) {
  const ticket = await findTicket(sql, ticketId)
  if (!ticket) throw new TicketNotFoundError(ticketId)
  const [retired] = await retireTickets(sql, { eventId: ticket.event_id, ticketIds: [ticketId] }, 'revoke')
  const { ticket_code: ticketCode, revoked_at } = retired ?? (await findTicket(sql, ticketId)) ?? ticket
  return { ticketId, ticketCode, revokedAt: (revoked_at ?? new Date()).toISOString() }
}
