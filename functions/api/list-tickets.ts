import { listTickets } from '../domain/tickets/list-tickets.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `list-tickets`. */
export const handler = await apiHandler('list-tickets', async ({ sql }, { params, query }) => ({
  data: await listTickets(sql, params.eventId, query),
}))
