import { apiHandler } from '../http.ts'
import { writeCalendarEntry } from '../tickets/write-calendar-entry.ts'

/** Handles `get-calendar-entry`. */
export const handler = await apiHandler(
  'get-calendar-entry',
  async (clients, { params, query }) => await writeCalendarEntry(clients, { ...params, ...query }),
)
