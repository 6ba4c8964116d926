import type { APIGatewayProxyEvent } from 'aws-lambda'
import { openClients } from './clients.ts'
import type { Route } from './contract/route.ts'
import { type DoorRow, findDoor } from './database/doors.ts'
import { TicketGenerationError } from './errors.ts'

/** Says that a door pass is not good for what its holder asks. */
export class ForbiddenDoorError extends TicketGenerationError {
  constructor(message: string) {
    super(message, 'FORBIDDEN')
  }
}

const scheme = /^door\s+(\S+)\s*$/i

/**
 * Finds the door whose pass came with a request (`Authorization: Door <pass>`), or null where none came: then API Gateway has seen to it
 * that Core calls.
 * @throws ForbiddenDoorError when the pass is wrong, past its time, withdrawn or another event's, or the route is not for doors.
 */
export async function identifyDoor(route: Route, event: APIGatewayProxyEvent): Promise<DoorRow | null> {
  const header = Object.entries(event.headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1] ?? ''
  if (!/^door\b/i.test(header) || route.access === 'public' || route.access === 'link') return null
  if (route.access !== 'door') throw new ForbiddenDoorError('A door pass does not open this route.')
  const { sql, doors } = await openClients(['sql', 'doors'])
  const pass = doors.read(scheme.exec(header)?.[1] ?? '')
  const door = pass && (await findDoor(sql, pass.doorId))
  if (!door || door.event_id !== pass.eventId) throw new ForbiddenDoorError('This door pass is wrong or past its time.')
  if (door.withdrawn_at) throw new ForbiddenDoorError('This door pass was withdrawn.')
  const eventId = event.pathParameters?.eventId
  if (eventId !== undefined && Number(eventId) !== door.event_id)
    throw new ForbiddenDoorError('This door pass is for another event.')
  return door
}
