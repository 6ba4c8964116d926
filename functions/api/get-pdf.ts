import { apiHandler } from '../http.ts'
import { openPdf } from '../tickets/read-ticket.ts'

/** Handles `get-pdf`. */
export const handler = await apiHandler('get-pdf', async (clients, { params, query }) => ({
  location: await openPdf(clients, { ...params, ...query }),
}))
