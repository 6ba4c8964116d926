import { createGuestList } from '../domain/batches/guest-list.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `create-guest-list`. */
export const handler = await apiHandler('create-guest-list', (clients, { params }) => createGuestList(clients, params.eventId))
