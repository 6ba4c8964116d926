import { validateTicket } from '../domain/scans/validate-ticket.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `validate-ticket`. */
export const handler = await apiHandler('validate-ticket', (clients, { body, door }) => validateTicket(clients, body, door))
