import { acceptBatch } from '../domain/batches/accept-batch.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `create-batch`. */
export const handler = await apiHandler('create-batch', (clients, { body }) => acceptBatch(clients, body))
