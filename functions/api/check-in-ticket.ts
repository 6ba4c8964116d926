import { apiHandler } from '../http.ts'
import { checkInTicket } from '../tickets/check-in-ticket.ts'

/** Handles `check-in-ticket`. */
export const handler = await apiHandler('check-in-ticket', async (clients, { params, body, door }) => ({
  data: await checkInTicket(clients, { ...params, ...body, door }),
}))
