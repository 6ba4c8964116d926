import { apiHandler } from '../http.ts'
import { listTemplates } from '../tickets/read-template.ts'

/** Handles `list-templates`. */
export const handler = await apiHandler('list-templates', async ({ sql }, { query }) => ({
  data: await listTemplates(sql, query),
}))
