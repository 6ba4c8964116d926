import { apiHandler } from '../http.ts'
import { retryBatch } from '../tickets/change-batch.ts'

/** Handles `retry-batch`. */
export const handler = await apiHandler('retry-batch', async (clients, { params }) => ({
  data: await retryBatch(clients, params.batchId),
}))
