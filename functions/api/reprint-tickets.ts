import { reprintTickets } from '../domain/events/reprint-tickets.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `reprint-tickets`. */
export const handler = await apiHandler('reprint-tickets', (clients, { params, body }) =>
  reprintTickets(clients, params.eventId, body),
)
