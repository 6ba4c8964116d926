import { previewTemplate } from '../domain/templates/preview-template.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `preview-template`. */
export const handler = await apiHandler(
  'preview-template',
  async (clients, { params, body }) => await previewTemplate(clients, params.templateId, body),
)
