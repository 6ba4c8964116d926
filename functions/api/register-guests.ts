import { apiHandler } from '../http.ts'
import { registerGuests } from '../tickets/register-event.ts'

/** Handles `register-guests`. */
export const handler = await apiHandler('register-guests', async (clients, { params, body }) => ({
  data: await registerGuests(clients, params.eventId, body),
}))
