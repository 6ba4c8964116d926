import { createTemplate } from '../domain/templates/store-template.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `create-template`. */
export const handler = await apiHandler('create-template', async (clients, { body, claimId }) => ({
  data: await createTemplate(clients, claimId, body),
}))
