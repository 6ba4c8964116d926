import type { Queryable } from '../../database/client.ts'
import { findTicket, findTicketDetails, type TicketDetails, type TicketRow } from '../../database/tickets.ts'
import { TicketNotFoundError } from '../errors.ts'

/** Reads a ticket. @throws TicketNotFoundError when no ticket has this id. */
export async function requireTicket(sql: Queryable, ticketId: number): Promise<TicketRow> {
  const ticket = await findTicket(sql, ticketId)
  if (!ticket) throw new TicketNotFoundError(ticketId)
  return ticket
}

/** Reads a ticket with its guest and event. @throws TicketNotFoundError when no ticket has this id. */
export async function requireTicketDetails(sql: Queryable, ticketId: number): Promise<TicketDetails> {
  const ticket = await findTicketDetails(sql, ticketId)
  if (!ticket) throw new TicketNotFoundError(ticketId)
  return ticket
}
