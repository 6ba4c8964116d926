import { generateTicket } from '../domain/tickets/generate-ticket.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `generate-ticket`. */
export const handler = await apiHandler('generate-ticket', (clients, { body }) => generateTicket(clients, body))
