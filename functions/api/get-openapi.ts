import { openApiDocument } from '../contract/openapi.ts'
import { describeService } from '../domain/health/check-health.ts'
import { apiHandler } from '../http/handler.ts'
import { readEnvironment } from '../runtime/environment.ts'

const { PUBLIC_URL: url, ALLOWED_CALLERS } = readEnvironment(['PUBLIC_URL', 'ALLOWED_CALLERS'])
const anyoneMayCall = ALLOWED_CALLERS.includes('anyone')
// Built with the first request: the other routes of the function do not wait for it.
let document: ReturnType<typeof openApiDocument> | undefined

/** Handles `get-openapi`. */
export const handler = await apiHandler('get-openapi', async () => {
  document ??= openApiDocument({ version: describeService().version, url, anyoneMayCall })
  return { document, cacheSeconds: 300 }
})
