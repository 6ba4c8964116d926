import { contractOf } from '../domain/health/describe-contract.ts'
import { apiHandler } from '../http/handler.ts'
import { writeDocsPage } from '../pages/docs-page.ts'
import { readEnvironment } from '../runtime/environment.ts'

const contract = contractOf(readEnvironment(['PUBLIC_URL', 'ALLOWED_CALLERS']))

/** Handles `get-docs`. */
export const handler = await apiHandler('get-docs', async () => ({
  ...(await writeDocsPage(contract())),
  cacheSeconds: 300,
}))
