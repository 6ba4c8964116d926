import { apiHandler } from '../http/handler.ts'
import { readDocsPage } from '../pages/docs-page.ts'

/** Handles `get-docs`. */
export const handler = await apiHandler('get-docs', async () => ({
  media: 'text/html; charset=utf-8',
  content: await readDocsPage(),
  cacheSeconds: 300,
}))
