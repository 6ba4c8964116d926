import { lockGuests } from '../../database/guests.ts'
import { revokeTickets } from '../../database/revocations.ts'
import { findTicket } from '../../database/tickets.ts'
import type { Clients } from '../clients.ts'
import { TicketNotFoundError } from '../errors.ts'

/**
 * Revokes a ticket for good. Idempotent: a repeated call returns the original time.
 * @throws TicketNotFoundError when no ticket has this id.
 */
export async function revokeTicket({ sql }: Clients<'sql'>, ticketId: number) {
  return await sql.begin(async (transaction) => {
    const ticket = await findTicket(transaction, ticketId)
    if (!ticket) throw new TicketNotFoundError(ticketId)
    const { event_id: eventId, guest_id: guestId } = ticket
    await lockGuests(transaction, eventId, [guestId])
    const [revoked] = await revokeTickets(transaction, { eventId, ticketIds: [ticketId] }, 'revoke')
    const { ticket_code: ticketCode, revoked_at } = revoked ?? (await findTicket(transaction, ticketId)) ?? ticket
    return { ticketId, ticketCode, revokedAt: (revoked_at ?? new Date()).toISOString() }
  })
}
