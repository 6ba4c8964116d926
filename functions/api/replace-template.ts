import { replaceTemplate } from '../domain/templates/store-template.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `replace-template`. */
export const handler = await apiHandler('replace-template', async (clients, { params, body }) => ({
  data: await replaceTemplate(clients, params.templateId, body),
}))
