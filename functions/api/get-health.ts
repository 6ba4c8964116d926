import { describeService } from '../domain/health/check-health.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-health`. */
export const handler = await apiHandler('get-health', async () => ({ document: { status: 'healthy', ...describeService() } }))
