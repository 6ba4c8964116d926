import { apiHandler } from '../http.ts'
import { acceptBatch } from '../tickets/accept-batch.ts'

/** Handles `create-batch`. */
export const handler = await apiHandler('create-batch', async (clients, { body }) => ({ data: await acceptBatch(clients, body) }))
