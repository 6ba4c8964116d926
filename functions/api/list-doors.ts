import { listDoors } from '../domain/doors/doors.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `list-doors`. */
export const handler = await apiHandler('list-doors', (clients, { params }) => listDoors(clients, params.eventId))
