import { retryBatch } from '../domain/batches/change-batch.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `retry-batch`. */
export const handler = await apiHandler('retry-batch', (clients, { params }) => retryBatch(clients, params.batchId))
