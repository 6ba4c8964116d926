import { setImmediate as nextTurn } from 'node:timers/promises'
import middy from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import type { ClientName } from '../contract/clients.ts'
import { origin } from '../contract/origin.ts'
import { earlyAnswerMs } from '../contract/retries.ts'
import type { Route } from '../contract/routes/route.ts'
import { type RouteName, routes } from '../contract/routes/routes.ts'
import type { DoorRow } from '../database/doors.ts'
import { DatabaseUnavailableError } from '../database/unavailable.ts'
import type { Clients } from '../domain/clients.ts'
import { RenderTimeoutError, type TicketGenerationError } from '../errors.ts'
import { abandonConnections, openClients } from '../runtime/clients.ts'
import { logger } from '../runtime/telemetry.ts'
import { describeSpan, traceWork } from '../runtime/tracing.ts'
import { answerErrors } from './answer-errors.ts'
import { answerOnce, readKey, scopeOf } from './answer-once.ts'
import { openCallerCheck } from './authorize.ts'
import { checkMethod } from './check-method.ts'
import { headerOf, parseRequest, type RequestParts } from './parse-request.ts'
import { type ReplyOf, writeReply } from './reply.ts'

type Routes = typeof routes
type ClientsOf<Name extends RouteName> = Clients<Routes[Name]['uses'][number] & ClientName>

/**
 * The work of a route: typed input in, one domain call, a reply out. `door` is null unless a pass was presented; `header`
 * returns a header of the request, or an empty string; `claimId` identifies the work behind an Idempotency-Key.
 */
export type Action<Name extends RouteName> = (
  clients: ClientsOf<Name>,
  input: RequestParts<Routes[Name]> & { door: DoorRow | null; claimId: string | null; header: (name: string) => string },
) => Promise<ReplyOf<Routes[Name]['success']>>

/**
 * Makes the Lambda handler of a route: opens its clients, identifies the caller, parses the request, runs the action,
 * writes the reply or the error, and logs every request once.
 * @throws Error at cold start when the environment is incomplete.
 */
export async function apiHandler<Name extends RouteName>(name: Name, action: Action<Name>) {
  const route: Routes[Name] & Route = routes[name]
  const open = (): Promise<ClientsOf<Name>> => openClients(route.uses, route.timeoutSeconds)
  const identifyCaller = openCallerCheck(route)
  await open()
  const answer = middy<APIGatewayProxyEvent, APIGatewayProxyResult>({
    timeoutEarlyInMillis: earlyAnswerMs,
    timeoutEarlyResponse: () => {
      // A hung statement would hold up the next request.
      abandonConnections()
      throw deadlineError(route)
    },
  })
    .use(logRequests(name))
    .use(answerErrors(route))
    .handler(async (event) => {
      checkMethod(route, event)
      // Starts a new turn, so that the pool first checks its connection, which may have died since the last request.
      await nextTurn()
      const door = await identifyCaller(event)
      const parts = parseRequest(route, event)
      const key = route.takesKey ? readKey(event) : undefined
      const work = async (claimId: string | null) =>
        writeReply(route, await action(await open(), { ...parts, door, claimId, header: (name) => headerOf(event, name) ?? '' }))
      if (key === undefined) return await work(null)
      const { sql } = await openClients(['sql'], route.timeoutSeconds)
      const claimSeconds = route.timeoutSeconds + 1
      const isKept = route.takesKey === 'keeps-answer'
      return await answerOnce(sql, { key, scope: scopeOf(name, event), content: parts, claimSeconds, isKept }, work)
    })
  return async (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> => {
    const setOffBy = origin.parse({ requestId: event.requestContext.requestId, traceparent: headerOf(event, 'traceparent') })
    return await traceWork(`${route.method} ${route.path}`, setOffBy, async () => await answer(event, context))
  }
}

/** Path parameters safe to log: they neither identify a person nor grant access. */
const loggedIds = new Set(['eventId', 'guestId', 'ticketId', 'templateId', 'batchId', 'version'])

function logRequests(route: RouteName): middy.MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult, Error, Context> {
  const starts = new WeakMap<object, number>()
  const log: middy.MiddlewareFn<APIGatewayProxyEvent, APIGatewayProxyResult> = ({ event, response }) => {
    const durationMs = Math.round(performance.now() - (starts.get(event) ?? performance.now()))
    const status = response?.statusCode ?? 500
    describeSpan({ 'http.response.status_code': status })
    const ids = Object.entries(event.pathParameters ?? {}).filter(([name]) => loggedIds.has(name))
    logger.info('Request answered', { route, status, durationMs, ...Object.fromEntries(ids) })
  }
  return {
    before: ({ event }) => {
      starts.set(event, performance.now())
    },
    after: log,
    onError: log,
  }
}

function deadlineError(route: Route): TicketGenerationError {
  if (route.uses.includes('trials')) return new RenderTimeoutError('Trying the template took too long.')
  if (route.uses.includes('renderer')) return new RenderTimeoutError('The renderer did not answer in time.')
  return new DatabaseUnavailableError(new Error('The route timed out.'))
}
