import { apiHandler } from '../http.ts'
import { reissueTicket } from '../tickets/reissue-ticket.ts'

/** Handles `reissue-ticket`. */
export const handler = await apiHandler('reissue-ticket', async (clients, { params }) => ({
  data: await reissueTicket(clients, params.ticketId),
}))
