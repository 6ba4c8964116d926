import { openWallet } from '../domain/links/open-wallet.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-wallet-pass`. */
export const handler = await apiHandler(
  'get-wallet-pass',
  async (clients, { params, query }) => await openWallet(clients, { ...params, ...query }, query.type),
)
