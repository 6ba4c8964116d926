import { apiHandler } from '../http.ts'
import { checkTemplate } from '../tickets/check-template.ts'

/** Handles `check-template`. */
export const handler = await apiHandler('check-template', async (clients, { body }) => ({
  data: await checkTemplate(clients, body),
}))
