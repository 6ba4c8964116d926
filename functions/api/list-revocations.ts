import { listRevocations } from '../domain/keys/list-revocations.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `list-revocations`. */
export const handler = await apiHandler('list-revocations', (clients, { params, query }) =>
  listRevocations(clients, params.eventId, query.after),
)
