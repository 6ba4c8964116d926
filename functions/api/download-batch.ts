import { downloadBatch } from '../domain/downloads/download-batch.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `download-batch`. */
export const handler = await apiHandler('download-batch', (clients, { params, query }) =>
  downloadBatch(clients, params.batchId, query.format),
)
