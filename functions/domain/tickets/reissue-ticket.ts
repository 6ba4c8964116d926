import type { Queryable } from '../../database/client.ts'
import { insertPendingItem } from '../../database/generation-logs.ts'
import { lockGuests } from '../../database/guests.ts'
import { insertSingleJob } from '../../database/jobs.ts'
import { findTicket, type TicketRow } from '../../database/tickets.ts'
import type { TicketSigner } from '../../trust/ticket-signer.ts'
import { TicketRevokedError } from '../doors/door-errors.ts'
import { TicketNotFoundError } from '../errors.ts'
import type { AcceptedTicket } from './accept-ticket.ts'
import { type GenerateClients, printTicket } from './generate-ticket.ts'
import { replaceTickets } from './replace-tickets.ts'

/**
 * Retires a ticket's code and makes a ticket with a new one, printed while the caller waits; a check-in goes over to it. Repeating it
 * prints the same new ticket again.
 * @throws TicketNotFoundError when no ticket has this id.
 * @throws TicketRevokedError when it was revoked, or the ticket that stands for it was retired in turn.
 * @throws TicketGenerationError with the code the printing ended with.
 */
export async function reissueTicket(clients: GenerateClients, ticketId: number) {
  const accepted = await clients.sql.begin((transaction) => writeDown({ sql: transaction, signer: clients.signer }, ticketId))
  return { ...(await printTicket(clients, accepted)), supersededTicketId: ticketId }
}

async function writeDown(clients: { sql: Queryable; signer: TicketSigner }, ticketId: number): Promise<AcceptedTicket> {
  const { sql } = clients
  const { event_id: eventId, guest_id: guestId } = await find(sql, ticketId)
  // Two at once take turns here; the second then finds what the first did.
  await lockGuests(sql, eventId, [guestId])
  const ticket = await find(sql, ticketId)
  const standing = ticket.superseded_by ? await find(sql, ticket.superseded_by) : ticket
  if (standing.revoked_at) throw new TicketRevokedError(ticket)
  const { template_id: templateId, template_version: templateVersion } = standing
  const jobId = await insertSingleJob(sql, { eventId, templateId, templateVersion })
  const isReplaced = standing !== ticket
  const made = isReplaced ? undefined : await replaceTickets(clients, { jobId, eventId, ticketIds: [ticketId] })
  const newId = made?.get(guestId) ?? standing.id
  const itemId = await insertPendingItem(sql, { jobId, guestId, ticketId: newId })
  return { jobId, itemId, ticketId: newId }
}

async function find(sql: Queryable, ticketId: number): Promise<TicketRow> {
  const ticket = await findTicket(sql, ticketId)
  if (!ticket) throw new TicketNotFoundError(ticketId)
  return ticket
}
