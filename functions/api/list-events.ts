import { listEvents } from '../domain/events/read-events.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `list-events`. */
export const handler = await apiHandler('list-events', ({ sql }, { query }) => listEvents(sql, query))
