import { apiHandler } from '../http.ts'
import { listRevocations } from '../tickets/list-revocations.ts'

/** Handles `list-revocations`. */
export const handler = await apiHandler('list-revocations', async (clients, { params, query }) => ({
  data: await listRevocations(clients, params.eventId, query.after),
}))
