import { readGuestList } from '../domain/doors/guest-list.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-guest-list`. */
export const handler = await apiHandler('get-guest-list', async (clients, { query, door }) => ({
  data: await readGuestList(clients, door, query),
}))
