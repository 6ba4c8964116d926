import { withdrawDoor } from '../domain/doors/doors.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `withdraw-door`. */
export const handler = await apiHandler('withdraw-door', (clients, { params }) => withdrawDoor(clients, params))
