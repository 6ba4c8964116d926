import { registerEvent } from '../domain/events/register-event.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `register-event`. */
export const handler = await apiHandler('register-event', (clients, { params, body }) =>
  registerEvent(clients, params.eventId, body),
)
