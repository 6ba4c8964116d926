import { takeScans } from '../domain/scans/take-scans.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `upload-scans`. */
export const handler = await apiHandler('upload-scans', async (clients, { params, body, door }) => ({
  data: await takeScans(clients, { ...params, door }, body),
}))
