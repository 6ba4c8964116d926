import { makeLatestPass } from '../domain/passes/apple-service.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-latest-pass`. */
export const handler = await apiHandler('get-latest-pass', async (clients, { params, header }) => {
  const call = { ...params, authorization: header('authorization') }
  return (await makeLatestPass(clients, call, header('if-modified-since'))) ?? { empty: 304 }
})
