import { listTemplates } from '../domain/templates/read-template.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `list-templates`. */
export const handler = await apiHandler('list-templates', ({ sql }, { query }) => listTemplates(sql, query))
