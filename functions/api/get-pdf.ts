import { openPdf } from '../domain/links/fresh-pdf.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-pdf`. */
export const handler = await apiHandler('get-pdf', async (clients, { params, query }) => ({
  location: await openPdf(clients, { ...params, ...query }),
}))
