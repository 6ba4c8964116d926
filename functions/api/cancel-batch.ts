import { apiHandler } from '../http.ts'
import { cancelBatch } from '../tickets/change-batch.ts'

/** Handles `cancel-batch`. */
export const handler = await apiHandler('cancel-batch', async (clients, { params }) => ({
  data: await cancelBatch(clients, params.batchId),
}))
