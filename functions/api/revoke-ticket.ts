import { revokeTicket } from '../domain/tickets/revoke-ticket.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `revoke-ticket`. */
export const handler = await apiHandler('revoke-ticket', async (clients, { params }) => ({
  data: await revokeTicket(clients, params.ticketId),
}))
