import { apiHandler } from '../http.ts'
import { checkHealth } from '../tickets/check-health.ts'

/** Handles `get-detailed-health`. */
export const handler = await apiHandler('get-detailed-health', async (clients) => {
  const document = await checkHealth(clients)
  return { document, status: document.status === 'healthy' ? 200 : 503 }
})
