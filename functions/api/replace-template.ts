import { replaceTemplate } from '../domain/templates/store-template.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `replace-template`. */
export const handler = await apiHandler('replace-template', (clients, { params, body }) =>
  replaceTemplate(clients, params.templateId, body),
)
