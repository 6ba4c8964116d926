import { askToEraseEvent } from '../domain/erasures/ask-eraser.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `erase-event`. */
export const handler = await apiHandler('erase-event', (clients, { params }) => askToEraseEvent(clients, params.eventId))
