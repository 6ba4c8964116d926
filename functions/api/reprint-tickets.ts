import { reprintTickets } from '../domain/events/reprint-tickets.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `reprint-tickets`. */
export const handler = await apiHandler('reprint-tickets', async (clients, { params, body }) => ({
  data: await reprintTickets(clients, params.eventId, body),
}))
