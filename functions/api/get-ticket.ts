import { readTicket } from '../domain/tickets/read-ticket.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-ticket`. */
export const handler = await apiHandler('get-ticket', (clients, { params }) => readTicket(clients, params.ticketId))
