import { archiveTemplate } from '../domain/templates/archive-template.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `archive-template`. */
export const handler = await apiHandler('archive-template', ({ sql }, { params, body }) =>
  archiveTemplate(sql, params.templateId, body),
)
