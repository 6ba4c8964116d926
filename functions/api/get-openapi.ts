import { openApiDocument } from '../contract/openapi.ts'
import { readEnvironment } from '../environment.ts'
import { apiHandler } from '../http.ts'
import { describeService } from '../tickets/check-health.ts'

const { PUBLIC_URL } = readEnvironment(['PUBLIC_URL'])
const document = openApiDocument({ version: describeService().version, url: PUBLIC_URL })

/** Handles `get-openapi`. */
export const handler = await apiHandler('get-openapi', async () => ({ document, cacheSeconds: 300 }))
