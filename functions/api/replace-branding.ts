import { replaceBranding } from '../domain/events/replace-branding.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `replace-branding`. */
export const handler = await apiHandler('replace-branding', async (clients, { params, body }) => ({
  data: await replaceBranding(clients, params.eventId, body),
}))
