import { reissueTicket } from '../domain/tickets/reissue-ticket.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `reissue-ticket`. */
export const handler = await apiHandler('reissue-ticket', (clients, { params }) => reissueTicket(clients, params.ticketId))
