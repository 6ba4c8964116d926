import { lockGuests } from '../../database/guests.ts'
import { revokeTickets } from '../../database/revocations.ts'
import { findTicket, findValidReplacement } from '../../database/tickets.ts'
import type { Clients } from '../clients.ts'
import { TicketNotFoundError, TicketSupersededError } from '../errors.ts'

/**
 * Revokes a ticket for good. Idempotent: a repeated call returns the original time.
 * @throws TicketNotFoundError when no ticket has this id, TicketSupersededError while its replacement is valid.
 */
export async function revokeTicket({ sql }: Clients<'sql'>, ticketId: number) {
  return await sql.begin(async (transaction) => {
    const ticket = await findTicket(transaction, ticketId)
    if (!ticket) throw new TicketNotFoundError(ticketId)
    const { event_id: eventId, guest_id: guestId } = ticket
    await lockGuests(transaction, eventId, [guestId])
    const [revoked] = await revokeTickets(transaction, { eventId, ticketIds: [ticketId] }, 'revoke')
    const valid = revoked ? undefined : await findValidReplacement(transaction, ticketId)
    // The guest would still get in, which is not what the caller is after.
    if (valid) throw new TicketSupersededError({ ticketId, validId: valid.id })
    const { ticket_code: ticketCode, revoked_at } = revoked ?? (await findTicket(transaction, ticketId)) ?? ticket
    return { ticketId, ticketCode, revokedAt: (revoked_at ?? new Date()).toISOString() }
  })
}
