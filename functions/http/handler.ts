import { setImmediate as nextTurn } from 'node:timers/promises'
import middy from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import type * as z from 'zod'
import type { ClientName } from '../contract/clients.ts'
import { type ErrorDescription, errorCodes, mostListedProblems } from '../contract/errors.ts'
import { hsts } from '../contract/hsts.ts'
import { origin } from '../contract/origin.ts'
import { earlyAnswerMs, pendingRetryAfterSeconds } from '../contract/retries.ts'
import type { Route } from '../contract/routes/route.ts'
import { type RouteName, routes } from '../contract/routes/routes.ts'
import type { DoorRow } from '../database/doors.ts'
import { DatabaseUnavailableError } from '../database/unavailable.ts'
import type { Clients } from '../domain/clients.ts'
import { RenderTimeoutError, type TicketGenerationError } from '../errors.ts'
import { abandonConnections, openClients } from '../runtime/clients.ts'
import { toServiceError } from '../runtime/service-error.ts'
import { logger, reportFault } from '../runtime/telemetry.ts'
import { describeSpan, traceWork } from '../runtime/tracing.ts'
import { answerOnce, readKey, scopeOf } from './answer-once.ts'
import { openCallerCheck } from './authorize.ts'
import { checkMethod, MethodNotAllowedError } from './check-method.ts'
import { parseRequest, type RequestParts } from './parse-request.ts'

type Routes = typeof routes
type ClientsOf<Name extends RouteName> = Clients<Routes[Name]['uses'][number] & ClientName>

/**
 * The reply of an action, as the route's `success` says: data in the envelope, a document without it, media,
 * a redirect, or pending data until there is somewhere to redirect to.
 */
type ReplyOf<Success> = BodyOf<Success> | (Success extends { empty: object } ? EmptyReply : never)

type BodyOf<Success> = Success extends { data: infer Schema extends z.ZodType }
  ? { data: z.input<Schema> } | (Success extends { csv: true } ? MediaReply : never)
  : Success extends { document: infer Schema extends z.ZodType }
    ? { document: z.input<Schema>; status?: number; cacheSeconds?: number }
    : Success extends { media: readonly string[]; elsewhere: object }
      ? MediaReply | { location: string }
      : Success extends { media: readonly string[] }
        ? MediaReply
        : Success extends { pending: { data: infer Schema extends z.ZodType } }
          ? { location: string } | { pending: z.input<Schema> }
          : Success extends { redirect: true }
            ? { location: string }
            : never

/** A reply without a body, with the status that it has. */
type EmptyReply = { empty: number; headers?: Record<string, string> }

type MediaReply = { media: string; content: Buffer; cacheSeconds?: number; headers?: Record<string, string> }

type Reply =
  | EmptyReply
  | { data: unknown }
  | { document: unknown; status?: number; cacheSeconds?: number }
  | MediaReply
  | { location: string }
  | { pending: unknown }

/**
 * The work of a route: typed input in, one domain call, a reply out. `door` is null unless a pass was shown;
 * `header` returns a header of the request, or an empty text; `claimId` names the work of an Idempotency-Key.
 */
export type Action<Name extends RouteName> = (
  clients: ClientsOf<Name>,
  input: RequestParts<Routes[Name]> & { door: DoorRow | null; claimId: string | null; header: (name: string) => string },
) => Promise<ReplyOf<Routes[Name]['success']>>

/**
 * Makes the Lambda handler of a route: opens its clients, identifies the caller, parses the request, runs the
 * action and writes the reply or the error, for browsers that need no signature as a page. Logs every
 * request once.
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
      // What hangs would hold up the next request.
      abandonConnections()
      throw deadlineError(route)
    },
  })
    .use(logRequests(name))
    .use(answerErrors(route))
    .handler(async (event) => {
      checkMethod(route, event)
      // The database proves its connection to work of a new turn: what answered the last request may be dead by now.
      await nextTurn()
      const door = await identifyCaller(event)
      const parts = parseRequest(route, event)
      const key = route.takesKey ? readKey(event) : undefined
      const work = async (claimId: string | null) =>
        writeReply(route, await action(await open(), { ...parts, door, claimId, header: (name) => headerOf(event, name) }))
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

function writeReply(route: Route, reply: Reply): APIGatewayProxyResult {
  const { status } = route.success
  if ('empty' in reply) return respond(reply.empty, '', { ...reply.headers, 'cache-control': 'no-store' })
  if ('location' in reply) {
    const found = 'elsewhere' in route.success ? route.success.elsewhere.status : status
    return respond(found, '', { location: reply.location, 'cache-control': 'no-store' })
  }
  if ('pending' in reply) return writePending(route, reply.pending)
  if ('data' in reply) return respondJson(status, { success: true, data: reply.data, ...clockFor(route) })
  const cache = { 'cache-control': reply.cacheSeconds ? `public, max-age=${reply.cacheSeconds}` : 'no-store' }
  if ('document' in reply) return respondJson(reply.status ?? status, reply.document, cache)
  return respondMedia(status, reply, cache)
}

function respondMedia(status: number, { media, content, headers }: MediaReply, more: Record<string, string>) {
  const all = { ...headers, 'content-type': media, ...more }
  return { ...respond(status, content.toString('base64'), all), isBase64Encoded: true }
}

/** Adds the service's time to a door's answer, so that the door learns the offset of its own clock. */
function clockFor({ access }: Pick<Route, 'access'>): { serverTime?: string } {
  return access === 'door' ? { serverTime: new Date().toISOString() } : {}
}

function writePending({ success }: Route, data: unknown): APIGatewayProxyResult {
  const status = 'pending' in success ? success.pending.status : success.status
  return respondJson(
    status,
    { success: true, data },
    { 'cache-control': 'no-store', 'retry-after': String(pendingRetryAfterSeconds) },
  )
}

function respondJson(statusCode: number, content: unknown, headers: Record<string, string> = { 'cache-control': 'no-store' }) {
  return respond(statusCode, JSON.stringify(content), { 'content-type': 'application/json; charset=utf-8', ...headers })
}

function respond(statusCode: number, body: string, headers: Record<string, string>): APIGatewayProxyResult {
  return { statusCode, body, headers: { ...headers, 'x-content-type-options': 'nosniff', [hsts.name]: hsts.value } }
}

/** Path parameters that name nobody and open nothing. */
const loggedIds = new Set(['eventId', 'guestId', 'ticketId', 'templateId', 'batchId', 'version'])

type Step = middy.MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult, Error, Context>

function logRequests(route: RouteName): Step {
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

function answerErrors(route: Route): Step {
  const { access } = route
  return {
    onError: async (request) => {
      const { requestId } = request.event.requestContext
      const error = toServiceError(request.error)
      if (error.status >= 500) reportFault(error, request.error ?? error)
      const { retryAfterSeconds }: ErrorDescription = errorCodes[error.code]
      const headers = {
        'cache-control': 'no-store',
        ...(retryAfterSeconds ? { 'retry-after': String(retryAfterSeconds) } : {}),
        ...(error instanceof MethodNotAllowedError ? { allow: error.allow } : {}),
        // RFC 9110, section 15.5.2.
        ...(error.status === 401 ? { 'www-authenticate': 'ApplePass' } : {}),
      }
      const isForBrowsers = (access === 'link' || access === 'public') && headerOf(request.event, 'accept').includes('text/html')
      request.response = isForBrowsers
        ? respondMedia(error.status, await writePage(error, headerOf(request.event, 'accept-language')), headers)
        : respondError(error, { requestId, ...clockFor(route) }, headers)
    },
  }
}

/** Writes the page for an error. Loaded on demand: most functions never write one. */
async function writePage(error: TicketGenerationError, languages: string): Promise<MediaReply> {
  const { writeFailurePage } = await import('../pages/mobile-ticket-page.ts')
  return await writeFailurePage(error, languages)
}

function headerOf({ headers }: APIGatewayProxyEvent, name: string): string {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? ''
}

function respondError(
  error: TicketGenerationError,
  { requestId, ...clock }: { requestId: string; serverTime?: string },
  headers: Record<string, string>,
) {
  const { code, message, details, status } = error
  const problemCount = details.length
  if (problemCount <= mostListedProblems)
    return respondJson(status, { success: false, error: { code, message, details, requestId }, ...clock }, headers)
  const cut = {
    message: `${message} There are ${problemCount} problems; the first ${mostListedProblems} are listed.`,
    details: details.slice(0, mostListedProblems),
  }
  return respondJson(status, { success: false, error: { code, ...cut, requestId, problemCount }, ...clock }, headers)
}

function deadlineError(route: Route): TicketGenerationError {
  if (route.uses.includes('trials')) return new RenderTimeoutError('Trying the template took too long.')
  if (route.uses.includes('renderer')) return new RenderTimeoutError('Printing the ticket took too long.')
  return new DatabaseUnavailableError(new Error('The route timed out.'))
}
