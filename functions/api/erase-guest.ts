import { askToEraseGuest } from '../domain/erasures/ask-eraser.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `erase-guest`. */
export const handler = await apiHandler('erase-guest', (clients, { params }) => askToEraseGuest(clients, params))
