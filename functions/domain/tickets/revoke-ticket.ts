import type { Sql } from '../../database/client.ts'
import { lockGuests } from '../../database/guests.ts'
import { retireTickets } from '../../database/revocations.ts'
import { findTicket } from '../../database/tickets.ts'
import { TicketNotFoundError } from '../errors.ts'

/**
 * Retires a ticket's code for good. Idempotent: a ticket that is retired already answers when that was. Takes turns with whoever writes a
 * ticket of its guest down at this moment.
 * @throws TicketNotFoundError when no ticket has this id.
 */
export async function revokeTicket({ sql }: { sql: Sql }, ticketId: number) {
  return await sql.begin(async (transaction) => {
    const ticket = await findTicket(transaction, ticketId)
    if (!ticket) throw new TicketNotFoundError(ticketId)
    const { event_id: eventId, guest_id: guestId } = ticket
    await lockGuests(transaction, eventId, [guestId])
    const [retired] = await retireTickets(transaction, { eventId, ticketIds: [ticketId] }, 'revoke')
    const { ticket_code: ticketCode, revoked_at } = retired ?? (await findTicket(transaction, ticketId)) ?? ticket
    return { ticketId, ticketCode, revokedAt: (revoked_at ?? new Date()).toISOString() }
  })
}
