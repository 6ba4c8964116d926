import { apiHandler } from '../http.ts'
import { generateTicket } from '../tickets/generate-ticket.ts'

/** Handles `generate-ticket`. */
export const handler = await apiHandler('generate-ticket', async (clients, { body }) => ({
  data: await generateTicket(clients, body),
}))
