import { checkInTicket } from '../domain/scans/check-in-ticket.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `check-in-ticket`. */
export const handler = await apiHandler('check-in-ticket', (clients, { params, body, door }) =>
  checkInTicket(clients, { ...params, ...body, door }),
)
