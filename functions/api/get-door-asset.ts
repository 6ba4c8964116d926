import { apiHandler } from '../http/handler.ts'
import { readDoorAsset } from '../pages/door-page-files.ts'

/** Handles `get-door-asset`. */
export const handler = await apiHandler('get-door-asset', async (_clients, { params: { asset } }) => ({
  ...(await readDoorAsset(asset)),
  cacheSeconds: 300,
}))
