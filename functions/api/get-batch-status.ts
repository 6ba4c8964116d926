import { apiHandler } from '../http.ts'
import { followBatch } from '../tickets/follow-batch.ts'

/** Handles `get-batch-status`. */
export const handler = await apiHandler('get-batch-status', async (clients, { params, query }) => ({
  data: await followBatch(clients, params.batchId, query),
}))
