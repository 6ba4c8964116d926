import { lockGuests } from '../../database/guests.ts'
import { revokeTickets } from '../../database/revocations.ts'
import { findValidReplacement } from '../../database/tickets.ts'
import type { Clients } from '../clients.ts'
import { TicketSupersededError } from '../errors.ts'
import { requireTicket } from './require-ticket.ts'

/**
 * Revokes a ticket for good. Idempotent: a repeated call returns the original time.
 * @throws TicketNotFoundError when no ticket has this id, TicketSupersededError while its replacement is
 * valid.
 */
export async function revokeTicket({ sql }: Clients<'sql'>, ticketId: number) {
  return await sql.begin(async (transaction) => {
    const { event_id: eventId, guest_id: guestId } = await requireTicket(transaction, ticketId)
    await lockGuests(transaction, eventId, [guestId])
    const [revoked] = await revokeTickets(transaction, { eventId, ticketIds: [ticketId] }, 'revoke')
    const valid = revoked ? undefined : await findValidReplacement(transaction, ticketId)
    // The guest could still enter, which is not what the caller wants.
    if (valid) throw new TicketSupersededError({ ticketId, validId: valid.id })
    const { ticket_code: ticketCode, revoked_at } = revoked ?? (await requireTicket(transaction, ticketId))
    return { ticketId, ticketCode, revokedAt: (revoked_at ?? new Date()).toISOString() }
  })
}
