import { registerEvent } from '../domain/events/register-event.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `register-event`. */
export const handler = await apiHandler('register-event', async (clients, { params, body }) => ({
  data: await registerEvent(clients, params.eventId, body),
}))
