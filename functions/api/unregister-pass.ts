import { unregisterDevice } from '../domain/passes/apple-service.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `unregister-pass`. */
export const handler = await apiHandler('unregister-pass', async (clients, { params, header }) => {
  await unregisterDevice(clients, { ...params, authorization: header('authorization') })
  return { empty: 200 }
})
