import { apiHandler } from '../http.ts'
import { downloadBatch } from '../tickets/download-batch.ts'

/** Handles `download-batch`. */
export const handler = await apiHandler('download-batch', (clients, { params, query }) =>
  downloadBatch(clients, params.batchId, query.format),
)
