import { apiHandler } from '../http.ts'
import { readTicket } from '../tickets/read-ticket.ts'

/** Handles `get-ticket`. */
export const handler = await apiHandler('get-ticket', async (clients, { params }) => ({
  data: await readTicket(clients, params.ticketId),
}))
