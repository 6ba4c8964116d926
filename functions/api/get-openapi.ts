import { openApiDocument } from '../contract/openapi.ts'
import { describeService } from '../domain/health/check-health.ts'
import { apiHandler } from '../http/handler.ts'
import { readEnvironment } from '../runtime/environment.ts'

const { PUBLIC_URL, ALLOWED_CALLERS } = readEnvironment(['PUBLIC_URL', 'ALLOWED_CALLERS'])
const anyoneMayCall = ALLOWED_CALLERS.includes('anyone')
const document = openApiDocument({ version: describeService().version, url: PUBLIC_URL, anyoneMayCall })

/** Handles `get-openapi`. */
export const handler = await apiHandler('get-openapi', async () => ({ document, cacheSeconds: 300 }))
