import { contractOf } from '../domain/health/describe-contract.ts'
import { apiHandler } from '../http/handler.ts'
import { readEnvironment } from '../runtime/environment.ts'

const contract = contractOf(readEnvironment(['PUBLIC_URL', 'ALLOWED_CALLERS']))

/** Handles `get-openapi`. */
export const handler = await apiHandler('get-openapi', async () => ({ document: contract(), cacheSeconds: 300 }))
