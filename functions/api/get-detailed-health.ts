import { checkHealth } from '../domain/health/check-health.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-detailed-health`. */
export const handler = await apiHandler('get-detailed-health', async (clients) => {
  const document = await checkHealth(clients)
  return { document, status: document.status === 'healthy' ? 200 : 503 }
})
