import { revokeTicket } from '../domain/tickets/revoke-ticket.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `revoke-ticket`. */
export const handler = await apiHandler('revoke-ticket', (clients, { params }) => revokeTicket(clients, params.ticketId))
