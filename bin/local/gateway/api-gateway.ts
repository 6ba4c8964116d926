import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { withTimeout } from '../../../functions/runtime/with-timeout.ts'
import { closeServer, listen, readBody } from '../http/http-server.ts'
import { findResponseProblem, makeContext, maximumPayloadBytes } from '../lambda/lambda-context.ts'
import {
  type Failure,
  malformedPath,
  missingHost,
  noRoute,
  tooLarge,
  unreadable,
  writeFailure,
  writeRawFailure,
} from './gateway-failures.ts'
import type { LocalCaller } from './local-callers.ts'
import { headerPairs, makeProxyEvent, splitTarget, writeProxyResult } from './proxy-event.ts'
import { matchRoute } from './route-table.ts'
import { findSigner } from './signature-check.ts'
import type { StorageProxy } from './storage-proxy.ts'

/** A route of the gateway. `name` is that of its function. */
export interface GatewayRoute {
  name: string
  method: string
  path: string
  timeoutSeconds: number
  authorization: 'iam' | 'none'
  handler: ApiHandler
}

/** A Lambda handler behind API Gateway. The gateway validates what it returns. */
export type ApiHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<unknown>

/**
 * The routes of an API at their mounted paths. With `callers`, routes with IAM authorization accept only calls that
 * one of them signed; without, they accept every call.
 */
export interface Api {
  routes: GatewayRoute[]
  callers?: readonly LocalCaller[] | undefined
  /** Refuses a request before anything else is read of it. */
  refuse?(request: IncomingMessage): Failure | undefined
  /** Answers calls of presigned links to S3. */
  storage?: StorageProxy | undefined
  /** Called for each answer. */
  onAnswered?(status: number, durationMs: number): void
  log(line: string): void
}

/** A local API Gateway that already listens. */
export interface ApiGateway {
  port: number
  /** Starts to answer, first the requests that arrived before. */
  serve(api: Api): void
  /** Closes the server. Running requests have 5 s to finish. */
  stop(): Promise<void>
}

const stopGraceMs = 5000

/**
 * Listens for HTTP and answers once it is given an API. Listening first detects a taken port before anything
 * else starts.
 * @throws StartFailure when the server cannot listen on the port.
 */
export async function openApiGateway(place: { host: string; port: number }): Promise<ApiGateway> {
  const opening = Promise.withResolvers<Api>()
  const onRequest = async (request: IncomingMessage, response: ServerResponse) => {
    await answer(await opening.promise, request, response)
  }
  // Longer than clients keep an idle connection: whoever closes it first may cut off a request in transit.
  const server = createServer({ keepAliveTimeout: 65_000, requireHostHeader: false }, onRequest)
  server.on('checkContinue', onRequest).on('checkExpectation', onRequest)
  let routes: GatewayRoute[] = []
  server.on('clientError', (error, socket) => writeRawFailure(socket, unreadable(error, routes)))
  server.on('connect', ({ method, url }: IncomingMessage, socket) => writeRawFailure(socket, noRoute(routes, method, url)))
  let graceMs = 0
  return {
    port: await listen(server, place),
    serve: (api) => {
      graceMs = stopGraceMs
      routes = api.routes
      opening.resolve(api)
    },
    stop: () => closeServer(server, graceMs),
  }
}

class FunctionTimeout extends Error {}

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  requestId: string
}

async function answer(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = randomUUID()
  const startedAt = performance.now()
  response.setHeader('x-amzn-requestid', requestId)
  // A client may disconnect while the answer is written; that is no failure of the service.
  response.on('error', () => undefined)
  try {
    const failure = await route(api, { request, response, requestId })
    if (failure) writeFailure(response, requestId, failure)
  } catch (error) {
    const isTimeout = error instanceof FunctionTimeout
    if (!isTimeout) api.log(`Request ${requestId} failed: ${error instanceof Error ? error.stack : error}`)
    const message = isTimeout ? error.message : 'The function failed.'
    writeFailure(response, requestId, { status: isTimeout ? 504 : 502, code: 'INTERNAL_ERROR', message })
  } finally {
    api.onAnswered?.(response.statusCode, performance.now() - startedAt)
  }
}

async function route(api: Api, { request, response, requestId }: Exchange): Promise<Failure | undefined> {
  if (request.headers.host === undefined) return missingHost
  const refusal = api.refuse?.(request)
  if (refusal) return refusal
  const { method = 'GET', url = '/' } = request
  const { path, query } = splitTarget(url)
  if (api.storage?.owns(path)) return await api.storage.answer(request, response)
  const match = matchRoute(api.routes, method, path)
  if ('allowedMethods' in match) return noRoute(api.routes, method, path)
  const parameters = decodeAll(match.parameters)
  if (!parameters) return malformedPath
  if (request.headers.expect !== undefined && !declaresTooMuch(request)) response.writeContinue()
  const body = await readBody(request, maximumPayloadBytes)
  if (body === 'aborted') return undefined
  if (body === 'too large') return tooLarge
  const { name, path: resource, authorization, timeoutSeconds, handler } = match.route
  const signed = { method, path, query, headers: headerPairs(request.rawHeaders), body }
  const caller = api.callers && authorization === 'iam' ? await findSigner(signed, api.callers) : undefined
  if (typeof caller === 'string') return { status: 403, code: 'FORBIDDEN', message: caller }
  const event = makeProxyEvent({ request, requestId, resource, parameters, body, caller })
  const context = makeContext({ requestId, functionName: name, deadline: Date.now() + timeoutSeconds * 1000 })
  const onTimeout = () => new FunctionTimeout(`The function did not answer within ${timeoutSeconds} seconds.`)
  const result = await withTimeout(handler(event, context), { timeoutMs: timeoutSeconds * 1000, onTimeout })
  // Lambda's limit on responses is lower than the 10 MB of API Gateway.
  const problem = findResponseProblem(JSON.stringify(result) ?? '')
  if (problem) throw new Error(problem)
  return writeProxyResult(response, result)
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
