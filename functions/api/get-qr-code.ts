import { apiHandler } from '../http.ts'
import { openQrCode } from '../tickets/read-ticket.ts'

/** Handles `get-qr-code`. */
export const handler = await apiHandler(
  'get-qr-code',
  async (clients, { params, query }) => await openQrCode(clients, { ...params, ...query }, query.format),
)
