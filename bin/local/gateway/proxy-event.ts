import { isUtf8 } from 'node:buffer'
import { type IncomingMessage, type ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import * as z from 'zod'
import type { LocalCaller } from './local-callers.ts'

/** A request that was read and matched to its route. `parameters` are decoded; a verified `caller` signed it. */
export interface MatchedRequest {
  request: IncomingMessage
  requestId: string
  resource: string
  parameters: Record<string, string>
  body: Buffer
  caller?: LocalCaller | undefined
}

/**
 * Builds the event that a REST API of API Gateway sends to a Lambda function (payload format 1.0). A body
 * that is not UTF-8 is base64-encoded.
 */
export function makeProxyEvent({ request, requestId, resource, parameters, body, caller }: MatchedRequest): APIGatewayProxyEvent {
  const { path, query } = splitTarget(request.url ?? '/')
  const multiValueHeaders = collect(headerPairs(request.rawHeaders))
  const multiValueQuery = collect([...new URLSearchParams(query)])
  const isText = isUtf8(body)
  return {
    resource,
    path,
    httpMethod: request.method ?? 'GET',
    headers: lastValues(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: orNull(lastValues(multiValueQuery)),
    multiValueQueryStringParameters: orNull(multiValueQuery),
    pathParameters: orNull(parameters),
    stageVariables: null,
    requestContext: { ...makeRequestContext(request, { requestId, resource, path }), identity: identify(request, caller) },
    body: body.length === 0 ? null : body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: body.length > 0 && !isText,
  }
}

/** Splits a request target into path and query, both still encoded. */
export function splitTarget(target: string): { path: string; query: string } {
  const at = target.indexOf('?')
  return at < 0 ? { path: target, query: '' } : { path: target.slice(0, at), query: target.slice(at + 1) }
}

/** Pairs the names and values of a message's headers, in order. */
export function headerPairs(rawHeaders: string[]): [string, string][] {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : []))
}

function makeRequestContext(
  request: IncomingMessage,
  { requestId, resource, path }: { requestId: string; resource: string; path: string },
): Omit<APIGatewayProxyEvent['requestContext'], 'identity'> {
  const now = new Date()
  return {
    accountId: '000000000000',
    apiId: 'local',
    authorizer: null,
    domainName: request.headers.host ?? 'localhost',
    extendedRequestId: requestId,
    httpMethod: request.method ?? 'GET',
    path,
    protocol: `HTTP/${request.httpVersion}`,
    requestId,
    requestTime: commonLogTime(now),
    requestTimeEpoch: now.getTime(),
    resourceId: resource,
    resourcePath: resource,
    stage: 'local',
  }
}

/** Describes the caller as API Gateway does for IAM authorization. The user's or role's id is invented. */
function identify(request: IncomingMessage, caller: LocalCaller | undefined): APIGatewayProxyEvent['requestContext']['identity'] {
  const unsigned = {
    ...noIdentity,
    sourceIp: request.socket.remoteAddress ?? '',
    userAgent: request.headers['user-agent'] ?? null,
  }
  if (!caller) return unsigned
  const [, , , , accountId = null] = caller.arn.split(':')
  const session = /:assumed-role\/[^/]+\/(.+)$/.exec(caller.arn)?.[1]
  const user = session === undefined ? 'AIDALOCALUSER' : `AROALOCALROLE:${session}`
  return { ...unsigned, accessKey: caller.accessKeyId, accountId, caller: user, user, userArn: caller.arn }
}

const noIdentity = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
}

/** Formats a time in the common log format, like `22/Nov/2026:18:33:31 +0000`. */
function commonLogTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(' ')
  return `${day}/${month}/${year}:${clock} +0000`
}

function collect(pairs: [string, string][]): Record<string, string[]> {
  const values = new Map<string, string[]>()
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value])
  return Object.fromEntries(values)
}

function lastValues(record: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, values]) => [name, values.at(-1) ?? '']))
}

function orNull<Value>(record: Record<string, Value>): Record<string, Value> | null {
  return Object.keys(record).length === 0 ? null : record
}

const headerValue = z.union([z.string(), z.number(), z.boolean()]).transform(String)

const proxyResult = z.object({
  statusCode: z.int().min(100).max(599),
  headers: z.record(z.string(), headerValue).optional(),
  multiValueHeaders: z.record(z.string(), z.array(headerValue)).optional(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().optional(),
})

/**
 * Writes a function's result as the response. The response is untouched when this throws.
 * @throws ZodError when the result is not a proxy result (API Gateway: "Malformed Lambda proxy response").
 * @throws TypeError when a header's name or value is invalid.
 */
export function writeProxyResult(response: ServerResponse, returned: unknown): undefined {
  const result = proxyResult.parse(returned)
  if (response.destroyed) return
  const headers = Object.entries({ ...result.headers, ...result.multiValueHeaders })
  for (const [name, value] of headers) {
    validateHeaderName(name)
    for (const one of [value].flat()) validateHeaderValue(name, one)
  }
  for (const [name, value] of headers) response.setHeader(name, value)
  const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8')
  // Also for HEAD, which has the content-length of GET (RFC 9110, section 9.3.2).
  if (![204, 304].includes(result.statusCode)) response.setHeader('content-length', body.length)
  response.writeHead(result.statusCode).end(body)
}
