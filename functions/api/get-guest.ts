import { readGuest } from '../domain/guests/read-guests.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `get-guest`. */
export const handler = await apiHandler('get-guest', ({ sql }, { params }) => readGuest(sql, params))
