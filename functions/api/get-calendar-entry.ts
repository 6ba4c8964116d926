import { writeCalendarEntry } from '../domain/links/write-calendar-entry.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-calendar-entry`. */
export const handler = await apiHandler(
  'get-calendar-entry',
  async (clients, { params, query }) => await writeCalendarEntry(clients, { ...params, ...query }),
)
