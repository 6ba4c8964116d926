import { lockGuests } from '../../database/guests.ts'
import { insertSingleJob } from '../../database/jobs.ts'
import { insertPendingItem } from '../../database/work-items.ts'
import type { Clients, SigningTransaction } from '../clients.ts'
import { TicketRevokedError } from '../errors.ts'
import { type AcceptedTicket, printTicket } from './generate-ticket.ts'
import { requireTicket } from './require-ticket.ts'
import { replaceTickets } from './write-tickets.ts'

/**
 * Replaces a ticket with one that has a new code, printed while the caller waits; it takes over a check-in.
 * Repeating a call reprints the same new ticket.
 * @throws TicketNotFoundError, TicketRevokedError, or TicketGenerationError of the renderer.
 */
export async function reissueTicket(clients: Clients<'sql' | 'signer' | 'links' | 'renderer'>, ticketId: number) {
  const accepted = await clients.sql.begin((transaction) => acceptReissue({ sql: transaction, signer: clients.signer }, ticketId))
  return { ...(await printTicket(clients, accepted)), supersededTicketId: ticketId }
}

async function acceptReissue(clients: SigningTransaction, ticketId: number): Promise<AcceptedTicket> {
  const { sql } = clients
  const { event_id: eventId, guest_id: guestId } = await requireTicket(sql, ticketId)
  // Concurrent calls take turns here, so the second sees the result of the first.
  await lockGuests(sql, eventId, [guestId])
  const ticket = await requireTicket(sql, ticketId)
  const current = ticket.superseded_by ? await requireTicket(sql, ticket.superseded_by) : ticket
  if (current.revoked_at) throw new TicketRevokedError(ticket)
  const { template_id: templateId, template_version: templateVersion } = current
  const jobId = await insertSingleJob(sql, { eventId, templateId, templateVersion })
  const isReplaced = current !== ticket
  const made = isReplaced ? undefined : await replaceTickets(clients, { jobId, eventId, ticketIds: [ticketId] })
  const newId = made?.get(guestId) ?? current.id
  const itemId = await insertPendingItem(sql, { jobId, guestId, ticketId: newId })
  return { jobId, itemId, ticketId: newId }
}
