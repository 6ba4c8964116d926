import { apiHandler } from '../http.ts'
import { previewTemplate } from '../tickets/preview-template.ts'

/** Handles `preview-template`. */
export const handler = await apiHandler(
  'preview-template',
  async (clients, { params, body }) => await previewTemplate(clients, params.templateId, body),
)
