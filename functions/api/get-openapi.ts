import { openApiDocument } from '../contract/openapi.ts'
import { readEnvironment } from '../environment.ts'
import { apiHandler } from '../http.ts'
import { describeService } from '../tickets/check-health.ts'

const { PUBLIC_URL, ALLOWED_CALLERS } = readEnvironment(['PUBLIC_URL', 'ALLOWED_CALLERS'])
const anyoneMayCall = ALLOWED_CALLERS.includes('anyone')
const document = openApiDocument({ version: describeService().version, url: PUBLIC_URL, anyoneMayCall })

/** Handles `get-openapi`. */
export const handler = await apiHandler('get-openapi', async () => ({ document, cacheSeconds: 300 }))
