import { readDoorAsset } from '../door-page-files.ts'
import { apiHandler } from '../http.ts'

/** Handles `get-door-asset`. */
export const handler = await apiHandler('get-door-asset', async (_clients, { params: { asset } }) => ({
  ...(await readDoorAsset(asset)),
  cacheSeconds: 300,
}))
