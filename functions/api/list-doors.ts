import { listDoors } from '../domain/doors/doors.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `list-doors`. */
export const handler = await apiHandler('list-doors', async (clients, { params }) => ({
  data: await listDoors(clients, params.eventId),
}))
