import { apiHandler } from '../http.ts'
import { listDoors } from '../tickets/door.ts'

/** Handles `list-doors`. */
export const handler = await apiHandler('list-doors', async (clients, { params }) => ({
  data: await listDoors(clients, params.eventId),
}))
