import { cancelBatch } from '../domain/batches/change-batch.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `cancel-batch`. */
export const handler = await apiHandler('cancel-batch', async (clients, { params }) => ({
  data: await cancelBatch(clients, params.batchId),
}))
