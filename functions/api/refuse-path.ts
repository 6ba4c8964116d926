import { TicketGenerationError } from '../errors.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `refuse-path`. */
export const handler = await apiHandler('refuse-path', async () => {
  throw new TicketGenerationError('No such route.', 'ROUTE_NOT_FOUND')
})
