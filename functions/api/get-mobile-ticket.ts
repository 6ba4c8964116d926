import { apiHandler } from '../http.ts'
import { writeFailurePage } from '../mobile-ticket-page.ts'
import { openMobileTicket } from '../tickets/open-mobile-ticket.ts'

/** Handles `get-mobile-ticket`. */
export const handler = await apiHandler(
  'get-mobile-ticket',
  async (clients, { params, query }) => await openMobileTicket(clients, { ...params, ...query }),
  ({ status }, languages) => writeFailurePage(status, languages),
)
