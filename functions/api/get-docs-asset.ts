import { readFile } from 'node:fs/promises'
import path from 'node:path'
import findAssets from 'swagger-ui-dist/absolute-path.js'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-docs-asset`. */
export const handler = await apiHandler('get-docs-asset', async (_clients, { params: { asset } }) => ({
  media: asset.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
  content: await readFile(path.join(findAssets(), asset)),
  cacheSeconds: 86_400,
}))
