import { apiHandler } from '../http/handler.ts'

/** Handles `get-ticket-keys`. */
export const handler = await apiHandler('get-ticket-keys', async ({ signer }) => ({
  document: signer.publicKeys(),
  cacheSeconds: 300,
}))
