import { readTemplate } from '../domain/templates/read-template.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-template`. */
export const handler = await apiHandler('get-template', ({ sql }, { params, query }) =>
  readTemplate(sql, { ...params, ...query }),
)
