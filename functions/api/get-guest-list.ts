import { readGuestList } from '../domain/doors/guest-list.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-guest-list`. */
export const handler = await apiHandler('get-guest-list', (clients, { query, door }) => readGuestList(clients, door, query))
