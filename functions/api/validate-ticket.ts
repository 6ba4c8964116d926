import { apiHandler } from '../http.ts'
import { validateTicket } from '../tickets/validate-ticket.ts'

/** Handles `validate-ticket`. */
export const handler = await apiHandler('validate-ticket', async (clients, { body, door }) => ({
  data: await validateTicket(clients, body, door),
}))
