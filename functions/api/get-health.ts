import { apiHandler } from '../http.ts'
import { describeService } from '../tickets/check-health.ts'

/** Handles `get-health`. */
export const handler = await apiHandler('get-health', async () => ({ document: { status: 'healthy', ...describeService() } }))
