import { createDoor } from '../domain/doors/doors.ts'
import { apiHandler } from '../http/handler.ts'

/** Handles `create-door`. */
export const handler = await apiHandler('create-door', async (clients, { params, body, claimId }) => ({
  data: await createDoor(clients, { eventId: params.eventId, claimId }, body),
}))
