import { openPdf } from '../domain/tickets/read-ticket.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-pdf`. */
export const handler = await apiHandler('get-pdf', async (clients, { params, query }) => ({
  location: await openPdf(clients, { ...params, ...query }),
}))
