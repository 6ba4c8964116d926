import { apiHandler } from '../http/handler.ts'
import { readMobileTicketWorker } from '../pages/mobile-ticket-page.ts'

/** Handles `get-mobile-ticket-worker`. */
export const handler = await apiHandler('get-mobile-ticket-worker', async () => ({
  ...(await readMobileTicketWorker()),
  cacheSeconds: 300,
}))
