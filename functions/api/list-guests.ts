import { listGuests } from '../domain/guests/read-guests.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `list-guests`. */
export const handler = await apiHandler('list-guests', ({ sql }, { params, query }) => listGuests(sql, params.eventId, query))
