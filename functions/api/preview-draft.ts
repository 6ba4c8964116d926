import { previewDraft } from '../domain/templates/preview-template.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `preview-draft`. */
export const handler = await apiHandler('preview-draft', async (clients, { body }) => await previewDraft(clients, body))
