import { listTickets } from '../domain/tickets/list-tickets.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `list-tickets`. */
export const handler = await apiHandler('list-tickets', ({ sql }, { params, query }) => listTickets(sql, params.eventId, query))
