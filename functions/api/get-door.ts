import { readDoorPage } from '../door-page-files.ts'
import { apiHandler } from '../http.ts'

/** Handles `get-door`. */
export const handler = await apiHandler('get-door', async () => ({ ...(await readDoorPage()), cacheSeconds: 300 }))
