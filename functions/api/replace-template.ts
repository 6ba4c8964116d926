import { apiHandler } from '../http.ts'
import { replaceTemplate } from '../tickets/store-template.ts'

/** Handles `replace-template`. */
export const handler = await apiHandler('replace-template', async (clients, { params, body }) => ({
  data: await replaceTemplate(clients, params.templateId, body),
}))
