import { uploadScans } from '../domain/scans/upload-scans.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `upload-scans`. */
export const handler = await apiHandler('upload-scans', async (clients, { params, body, door }) => ({
  data: await uploadScans(clients, { ...params, door }, body),
}))
