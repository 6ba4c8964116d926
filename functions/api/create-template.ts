import { apiHandler } from '../http.ts'
import { createTemplate } from '../tickets/store-template.ts'

/** Handles `create-template`. */
export const handler = await apiHandler('create-template', async (clients, { body }) => ({
  data: await createTemplate(clients, body),
}))
