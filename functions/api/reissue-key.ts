import { reissueKey } from '../domain/keys/reissue-key.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `reissue-key`. */
export const handler = await apiHandler('reissue-key', (clients, { params }) => reissueKey(clients, params.kid))
