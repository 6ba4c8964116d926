import { logProblems } from '../domain/passes/apple-service.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `log-wallet-problems`. */
export const handler = await apiHandler('log-wallet-problems', async (_, { body }) => {
  logProblems(body.logs)
  return { empty: 200 }
})
