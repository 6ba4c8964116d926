import { findGuests } from '../domain/doors/guest-list.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `find-guests`. */
export const handler = await apiHandler('find-guests', async (clients, { query, door }) => ({
  data: await findGuests(clients, door, query),
}))
