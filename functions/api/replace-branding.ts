import { replaceBranding } from '../domain/events/replace-branding.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `replace-branding`. */
export const handler = await apiHandler('replace-branding', (clients, { params, body }) =>
  replaceBranding(clients, params.eventId, body),
)
