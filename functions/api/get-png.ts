import { apiHandler } from '../http.ts'
import { openPicture } from '../tickets/open-picture.ts'

/** Handles `get-png`. */
export const handler = await apiHandler('get-png', async (clients, { params, query }) => ({
  location: await openPicture(clients, { ...params, ...query }),
}))
