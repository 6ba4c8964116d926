import { followBatch } from '../domain/batches/follow-batch.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-batch-status`. */
export const handler = await apiHandler('get-batch-status', async (clients, { params, query }) => ({
  data: await followBatch(clients, params.batchId, query),
}))
