import { openMobileTicket } from '../domain/links/open-mobile-ticket.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-mobile-ticket`. */
export const handler = await apiHandler(
  'get-mobile-ticket',
  async (clients, { params, query }) => await openMobileTicket(clients, { ...params, ...query }),
)
