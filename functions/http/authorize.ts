import type { APIGatewayProxyEvent } from 'aws-lambda'
import { doorCalls } from '../contract/retries.ts'
import { gatewayMethods } from '../contract/routes/gateway.ts'
import type { Route } from '../contract/routes/route.ts'
import { countDoorCall, type DoorRow, findDoor } from '../database/doors.ts'
import { TicketGenerationError } from '../errors.ts'
import { openClients } from '../runtime/clients.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { isAllowedCaller, roleOf } from './allowed-callers.ts'
import { headerOf } from './parse-request.ts'

/** An error for a caller or a door pass without the right to this route. */
export class ForbiddenCallerError extends TicketGenerationError {
  constructor(message: string) {
    super(message, 'FORBIDDEN')
  }
}

/** An error for a door pass with more calls than a door makes. */
export class DoorCallsError extends TicketGenerationError {
  constructor() {
    super(`This door pass may make ${doorCalls.perSecond} calls a second. Try again in a second.`, 'TOO_MANY_REQUESTS')
  }
}

/**
 * Identifies the caller: the door whose pass came along, or null for another allowed caller.
 * @throws ForbiddenCallerError when the caller is not allowed, regardless of what API Gateway checked.
 */
export type CallerCheck = (event: APIGatewayProxyEvent) => Promise<DoorRow | null>

/**
 * Makes the check of a route's callers: ALLOWED_CALLERS where API Gateway checks signatures, a door pass
 * (`Authorization: Door <pass>`) below /door. @throws Error when ALLOWED_CALLERS is missing.
 */
export function openCallerCheck(route: Route): CallerCheck {
  if (route.access === 'public' || route.access === 'link') return async () => null
  const { ALLOWED_CALLERS: allowed } = readEnvironment(['ALLOWED_CALLERS'])
  const forDoors = gatewayMethods(route).find(({ authorization }) => authorization === 'none')?.path
  return async (event) => {
    if (event.resource === forDoors) return identifyDoor(route, event)
    if (/^door\b/i.test(headerOf(event, 'authorization') ?? '')) throw new ForbiddenCallerError(describeDoorPath(forDoors))
    const { userArn } = event.requestContext.identity
    if (isAllowedCaller(allowed, userArn)) return null
    throw new ForbiddenCallerError(
      userArn ? `${nameOf(userArn)} is not allowed to call this service. ALLOWED_CALLERS lists who is.` : unsigned,
    )
  }
}

const unsigned = 'This route requires a SigV4-signed request.'
const wrongPass = 'This door pass is invalid or expired.'

function describeDoorPath(forDoors: string | undefined): string {
  return forDoors ? `With a door pass, call this route at ${forDoors}.` : 'This route does not accept door passes.'
}

/** Returns a caller's ARN without its session, which may be a person's name. */
function nameOf(userArn: string): string {
  return roleOf(userArn) ?? userArn
}

async function identifyDoor({ timeoutSeconds }: Route, event: APIGatewayProxyEvent): Promise<DoorRow> {
  const { sql, doors } = await openClients(['sql', 'doors'], timeoutSeconds)
  const [, given] = /^door\s+(\S+)\s*$/i.exec(headerOf(event, 'authorization') ?? '') ?? []
  if (given === undefined) throw new ForbiddenCallerError('A door pass is required: "Authorization: Door <pass>".')
  const pass = doors.read(given)
  if (!pass) throw new ForbiddenCallerError(wrongPass)
  const counted = await countDoorCall(sql, pass.doorId, doorCalls)
  const door = counted ?? (await findDoor(sql, pass.doorId))
  if (!door || door.event_id !== pass.eventId) throw new ForbiddenCallerError(wrongPass)
  if (door.withdrawn_at) throw new ForbiddenCallerError('This door pass was withdrawn.')
  if (!counted) throw new DoorCallsError()
  const eventId = event.pathParameters?.eventId
  if (eventId !== undefined && Number(eventId) !== door.event_id)
    throw new ForbiddenCallerError('This door pass is for another event.')
  return door
}
