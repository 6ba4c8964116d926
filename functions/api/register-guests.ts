import { registerGuests } from '../domain/guests/register-guests.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `register-guests`. */
export const handler = await apiHandler('register-guests', async (clients, { params, body }) => ({
  data: await registerGuests(clients, params.eventId, body),
}))
