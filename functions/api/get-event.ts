import { readEvent } from '../domain/events/read-events.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-event`. */
export const handler = await apiHandler('get-event', ({ sql }, { params }) => readEvent(sql, params))
