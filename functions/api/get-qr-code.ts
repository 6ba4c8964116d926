import { openQrCode } from '../domain/links/open-qr-code.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-qr-code`. */
export const handler = await apiHandler(
  'get-qr-code',
  async (clients, { params, query }) => await openQrCode(clients, { ...params, ...query }, query.format),
)
