import { apiHandler } from '../http.ts'
import { createDoor } from '../tickets/door.ts'

/** Handles `create-door`. */
export const handler = await apiHandler('create-door', async (clients, { params, body }) => ({
  data: await createDoor(clients, params.eventId, body),
}))
