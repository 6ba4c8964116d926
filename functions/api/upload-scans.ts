import { apiHandler } from '../http.ts'
import { takeScans } from '../tickets/take-scans.ts'

/** Handles `upload-scans`. */
export const handler = await apiHandler('upload-scans', async (clients, { params, body, door }) => ({
  data: await takeScans(clients, { ...params, door }, body),
}))
