import { registerGuests } from '../domain/guests/register-guests.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `register-guests`. */
export const handler = await apiHandler('register-guests', (clients, { params, body }) =>
  registerGuests(clients, params.eventId, body),
)
