import { listTemplates } from '../domain/templates/read-template.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `list-templates`. */
export const handler = await apiHandler('list-templates', async ({ sql }, { query }) => ({
  data: await listTemplates(sql, query),
}))
