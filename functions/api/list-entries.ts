import { listEntries } from '../domain/scans/list-entries.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `list-entries`. */
export const handler = await apiHandler('list-entries', ({ sql }, { params, query }) => listEntries(sql, params.eventId, query))
