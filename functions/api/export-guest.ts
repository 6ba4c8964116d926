import { exportGuest } from '../domain/guests/export-guest.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `export-guest`. */
export const handler = await apiHandler('export-guest', (clients, { params }) => exportGuest(clients, params))
