import { askToEraseEvent } from '../domain/erasures/ask-eraser.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `erase-event`. */
export const handler = await apiHandler('erase-event', async (clients, { params }) => ({
  data: await askToEraseEvent(clients, params.eventId),
}))
