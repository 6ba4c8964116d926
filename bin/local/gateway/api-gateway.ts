import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, maxHeaderSize, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { refuseMethod } from '../../../functions/contract/routes/gateway.ts'
import { closeServer, listen } from '../http/http-server.ts'
import { readBody } from '../http/request-body.ts'
import { makeContext, maximumPayloadBytes } from '../lambda/lambda-context.ts'
import { type Failure, writeFailure, writeRawFailure } from './failure-answer.ts'
import type { LocalCaller } from './local-callers.ts'
import { headerPairs, makeProxyEvent, splitTarget } from './proxy-event.ts'
import { writeProxyResult } from './proxy-result.ts'
import { matchRoute } from './route-table.ts'
import { findSigner } from './signature-check.ts'

/** Describes a route as far as the gateway needs it; `name` is its function's. */
export interface GatewayRoute {
  name: string
  method: string
  path: string
  timeoutSeconds: number
  authorization: 'iam' | 'none'
}

/** Is a Lambda handler behind API Gateway. What it returns is checked before it becomes a response. */
export type ApiHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<unknown>

/**
 * Is the routes of an API, each where it is mounted, with the functions' handlers. Where `callers` are given, routes with IAM authorization take
 * their signed calls only; else every call goes through, unsigned.
 */
export interface Api {
  routes: GatewayRoute[]
  handlers: Record<string, ApiHandler>
  callers?: readonly LocalCaller[] | undefined
  /** Hears of every answer. */
  onAnswered?(status: number, durationMs: number): void
  log(line: string): void
}

/** Is a local API Gateway that already listens. */
export interface ApiGateway {
  port: number
  /** Begins to answer; requests that came before have waited. */
  serve(api: Api): void
  /** Lets running requests end for 5 s, then cuts them off. */
  stop(): Promise<void>
}

const stopPatienceMs = 5000

/**
 * Listens for HTTP, and answers with the handlers of a route table once it has one: an early look at the port finds out
 * that it is taken before anything else is started.
 * @throws StartFailure when the port cannot be had.
 */
export async function openApiGateway(place: { host: string; port: number }): Promise<ApiGateway> {
  const opening = Promise.withResolvers<Api>()
  const onRequest = async (request: IncomingMessage, response: ServerResponse) => {
    await answer(await opening.promise, request, response)
  }
  // Longer than callers keep a connection that they do not use: the one who closes it may cut off a request on its way.
  const server = createServer({ keepAliveTimeout: 65_000, requireHostHeader: false }, onRequest)
  server.on('checkContinue', onRequest).on('checkExpectation', onRequest)
  let routes: GatewayRoute[] = []
  server.on('clientError', (error, socket) => writeRawFailure(socket, unreadable(error, routes)))
  server.on('connect', ({ method, url }: IncomingMessage, socket) => writeRawFailure(socket, noRoute(routes, method, url)))
  let patienceMs = 0
  return {
    port: await listen(server, place),
    serve: (api) => {
      patienceMs = stopPatienceMs
      routes = api.routes
      opening.resolve(api)
    },
    stop: () => closeServer(server, patienceMs),
  }
}

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  requestId: string
}

async function answer(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = randomUUID()
  const startedAt = performance.now()
  response.setHeader('x-amzn-requestid', requestId)
  // A client that goes away while we write is no fault of ours; the connection just ends.
  response.on('error', () => undefined)
  try {
    const failure = await route(api, { request, response, requestId })
    if (failure) writeFailure(response, requestId, failure)
  } catch (error) {
    api.log(`Request ${requestId} failed: ${error instanceof Error ? error.stack : error}`)
    writeFailure(response, requestId, { status: 502, code: 'INTERNAL_ERROR', message: 'The function failed.' })
  } finally {
    api.onAnswered?.(response.statusCode, performance.now() - startedAt)
  }
}

async function route(api: Api, { request, response, requestId }: Exchange): Promise<Failure | undefined> {
  if (request.headers.host === undefined) return noHost
  const { path, query } = splitTarget(request.url ?? '/')
  const match = matchRoute(api.routes, request.method ?? 'GET', path)
  if ('allowedMethods' in match) return noRoute(api.routes, request.method, path)
  const { route: found } = match
  const handler = api.handlers[found.name]
  if (!handler) throw new Error(`The route ${found.name} has no handler.`)
  const parameters = decodeAll(match.parameters)
  if (!parameters) return malformedPath
  if (request.headers.expect !== undefined && !declaresTooMuch(request)) response.writeContinue()
  const body = await readBody(request, maximumPayloadBytes)
  if (body === 'aborted') return undefined
  if (body === 'too large') return tooLarge
  const signed = { method: request.method ?? 'GET', path, query, headers: headerPairs(request.rawHeaders), body }
  const caller = api.callers && found.authorization === 'iam' ? await findSigner(signed, api.callers) : undefined
  if (typeof caller === 'string') return { status: 403, code: 'FORBIDDEN', message: caller }
  const event = makeProxyEvent({ request, requestId, resource: found.path, parameters, body, caller })
  const context = makeContext({ requestId, functionName: found.name, deadline: Date.now() + found.timeoutSeconds * 1000 })
  const result = await withinTime(handler(event, context), found.timeoutSeconds)
  if (result === timedOut) return tooSlow(found.timeoutSeconds)
  refuseTooLarge(result)
  return writeProxyResult(response, result)
}

/** Throws as Lambda fails an invocation whose answer is too large in JSON; API Gateway, which takes 10 MB, never sees it. */
function refuseTooLarge(result: unknown): void {
  const size = Buffer.byteLength(JSON.stringify(result) ?? '')
  if (size <= maximumPayloadBytes) return
  throw new Error(`Response payload size (${size} bytes) exceeded maximum allowed payload size (${maximumPayloadBytes} bytes).`)
}

const timedOut = Symbol('timed out')

async function withinTime<Result>(work: Promise<Result>, seconds: number): Promise<Result | typeof timedOut> {
  const timer = new AbortController()
  try {
    return await Promise.race([work, delay(seconds * 1000, timedOut, { signal: timer.signal })])
  } finally {
    timer.abort()
  }
}

function declaresTooMuch(request: IncomingMessage): boolean {
  return Number(request.headers['content-length']) > maximumPayloadBytes
}

function decodeAll(parameters: Record<string, string>): Record<string, string> | undefined {
  try {
    return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, decodeURIComponent(value)]))
  } catch {
    return undefined
  }
}

const malformedPath: Failure = { status: 400, code: 'VALIDATION_FAILED', message: 'The path is not percent-encoded UTF-8.' }

const noHost: Failure = { status: 400, code: 'VALIDATION_FAILED', message: 'The request has no header Host.' }

const tooLarge: Failure = {
  status: 413,
  code: 'PAYLOAD_TOO_LARGE',
  message: `The body must be at most ${maximumPayloadBytes} bytes.`,
}

function tooSlow(seconds: number): Failure {
  return { status: 504, code: 'INTERNAL_ERROR', message: `The function did not answer within ${seconds} seconds.` }
}

/** Says what is wrong with a request whose path and method no route takes together. */
function noRoute(routes: GatewayRoute[], method = 'GET', target = '/'): Failure {
  const { path } = splitTarget(target)
  const match = matchRoute(routes, method, path)
  const allowed = 'allowedMethods' in match ? match.allowedMethods : []
  const shown = path.slice(0, 200)
  if (allowed.length === 0) return { status: 404, code: 'ROUTE_NOT_FOUND', message: `There is no route ${shown}.` }
  return { status: 405, code: 'METHOD_NOT_ALLOWED', ...refuseMethod({ method, path: shown, allowed }) }
}

/** Says what is wrong with what could not be read as a request. Node knows no methods but the registered ones; a path takes no other either. */
function unreadable(error: Error & { code?: string; rawPacket?: Buffer }, routes: GatewayRoute[]): Failure {
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return { status: 431, code: 'VALIDATION_FAILED', message: `The path and the headers must be at most ${maxHeaderSize} bytes.` }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { status: 408, code: 'VALIDATION_FAILED', message: 'The request did not arrive in time.' }
  const [, method, target] =
    /^([!#$%&'*+.^`|~\w-]+) (\/\S*) HTTP\/1\.[01]\r?\n/.exec(error.rawPacket?.toString('latin1') ?? '') ?? []
  if (error.code === 'HPE_INVALID_METHOD' && method) return noRoute(routes, method, target)
  return { status: 400, code: 'VALIDATION_FAILED', message: 'The request is not HTTP/1.1.' }
}
