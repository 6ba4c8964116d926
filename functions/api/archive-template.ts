import { apiHandler } from '../http.ts'
import { archiveTemplate } from '../tickets/archive-template.ts'

/** Handles `archive-template`. */
export const handler = await apiHandler('archive-template', async ({ sql }, { params, body }) => ({
  data: await archiveTemplate(sql, params.templateId, body),
}))
