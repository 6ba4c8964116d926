import { readBatchStatus } from '../domain/batches/read-batch-status.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-batch-status`. */
export const handler = await apiHandler('get-batch-status', async (clients, { params, query }) => ({
  data: await readBatchStatus(clients, params.batchId, query),
}))
