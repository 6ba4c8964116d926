import { previewEvent } from '../domain/events/preview-event.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `preview-event`. */
export const handler = await apiHandler('preview-event', (clients, { params, body }) =>
  previewEvent(clients, params.eventId, body),
)
