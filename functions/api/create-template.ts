import { createTemplate } from '../domain/templates/store-template.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `create-template`. */
export const handler = await apiHandler('create-template', (clients, { body, claimId }) => createTemplate(clients, claimId, body))
