import { listChangedPasses } from '../domain/passes/apple-service.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `list-changed-passes`. */
export const handler = await apiHandler('list-changed-passes', async (clients, { params, query }) => {
  const changed = await listChangedPasses(clients, { ...params, tag: query.passesUpdatedSince })
  return changed ? { document: changed } : { empty: 204 }
})
