import { cancelBatch } from '../domain/batches/change-batch.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `cancel-batch`. */
export const handler = await apiHandler('cancel-batch', (clients, { params }) => cancelBatch(clients, params.batchId))
