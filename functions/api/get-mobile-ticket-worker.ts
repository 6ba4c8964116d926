import { apiHandler } from '../http.ts'
import { readMobileTicketWorker } from '../mobile-ticket-page.ts'

/** Handles `get-mobile-ticket-worker`. */
export const handler = await apiHandler('get-mobile-ticket-worker', async () => ({
  ...(await readMobileTicketWorker()),
  cacheSeconds: 300,
}))
