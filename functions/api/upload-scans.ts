import { uploadScans } from '../domain/scans/upload-scans.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `upload-scans`. */
export const handler = await apiHandler('upload-scans', (clients, { params, body, door }) =>
  uploadScans(clients, { ...params, door }, body),
)
