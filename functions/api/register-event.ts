import { apiHandler } from '../http.ts'
import { registerEvent } from '../tickets/register-event.ts'

/** Handles `register-event`. */
export const handler = await apiHandler('register-event', async (clients, { params, body }) => ({
  data: await registerEvent(clients, params.eventId, body),
}))
