import { apiHandler } from '../http.ts'
import { openWallet } from '../tickets/open-wallet.ts'

/** Handles `get-wallet-pass`. */
export const handler = await apiHandler(
  'get-wallet-pass',
  async (clients, { params, query }) => await openWallet(clients, { ...params, ...query }, query.type),
)
