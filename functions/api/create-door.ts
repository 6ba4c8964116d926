import { createDoor } from '../domain/doors/doors.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `create-door`. */
export const handler = await apiHandler('create-door', (clients, { params, body, claimId }) =>
  createDoor(clients, { eventId: params.eventId, claimId }, body),
)
