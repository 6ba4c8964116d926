import { openPicture } from '../domain/links/open-picture.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-png`. */
export const handler = await apiHandler('get-png', async (clients, { params, query }) => ({
  location: await openPicture(clients, { ...params, ...query }),
}))
