import { apiHandler } from '../http.ts'
import { reissueKey } from '../tickets/reissue-key.ts'

/** Handles `reissue-key`. */
export const handler = await apiHandler('reissue-key', async (clients, { params }) => ({
  data: await reissueKey(clients, params.kid),
}))
