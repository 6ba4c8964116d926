import { apiHandler } from '../http.ts'
import { previewDraft } from '../tickets/preview-template.ts'

/** Handles `preview-draft`. */
export const handler = await apiHandler('preview-draft', async (clients, { body }) => await previewDraft(clients, body))
