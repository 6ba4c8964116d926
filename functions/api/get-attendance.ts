import { readAttendance, writeAttendance } from '../domain/scans/read-attendance.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-attendance`. */
export const handler = await apiHandler('get-attendance', async ({ sql }, { params, header }) => {
  const data = await readAttendance(sql, params.eventId)
  return header('accept').includes('text/csv')
    ? { media: 'text/csv; charset=utf-8', content: await writeAttendance(data) }
    : { data }
})
