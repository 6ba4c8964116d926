import { askToEraseGuest } from '../domain/erasures/ask-eraser.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `erase-guest`. */
export const handler = await apiHandler('erase-guest', async (clients, { params }) => ({
  data: await askToEraseGuest(clients, params),
}))
