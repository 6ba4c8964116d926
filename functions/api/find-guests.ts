import { findGuests } from '../domain/doors/guest-list.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `find-guests`. */
export const handler = await apiHandler('find-guests', (clients, { query, door }) => findGuests(clients, door, query))
