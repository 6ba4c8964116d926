import { apiHandler } from '../http.ts'
import { withdrawDoor } from '../tickets/door.ts'

/** Handles `withdraw-door`. */
export const handler = await apiHandler('withdraw-door', async (clients, { params }) => ({
  data: await withdrawDoor(clients, params),
}))
