import { apiHandler } from '../http.ts'
import { revokeTicket } from '../tickets/revoke-ticket.ts'

/** Handles `revoke-ticket`. */
export const handler = await apiHandler('revoke-ticket', async (clients, { params }) => ({
  data: await revokeTicket(clients, params.ticketId),
}))
