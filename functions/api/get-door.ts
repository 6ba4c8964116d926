import { apiHandler } from '../http/handler.ts'
import { readDoorPage } from '../pages/door-page-files.ts'

/** Handles `get-door`. */
export const handler = await apiHandler('get-door', async () => ({ ...(await readDoorPage()), cacheSeconds: 300 }))
