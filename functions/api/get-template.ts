import { apiHandler } from '../http.ts'
import { readTemplate } from '../tickets/read-template.ts'

/** Handles `get-template`. */
export const handler = await apiHandler('get-template', async ({ sql }, { params, query }) => ({
  data: await readTemplate(sql, { ...params, ...query }),
}))
