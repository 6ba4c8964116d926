import { registerDevice } from '../domain/passes/apple-service.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `register-pass`. */
export const handler = await apiHandler('register-pass', async (clients, { params, body, header }) => {
  const isNew = await registerDevice(clients, { ...params, authorization: header('authorization') }, body.pushToken)
  return { empty: isNew ? 201 : 200 }
})
