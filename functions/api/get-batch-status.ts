import { readBatchStatus } from '../domain/batches/read-batch-status.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-batch-status`. */
export const handler = await apiHandler('get-batch-status', (clients, { params, query }) =>
  readBatchStatus(clients, params.batchId, query),
)
