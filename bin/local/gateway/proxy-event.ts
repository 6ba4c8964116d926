import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import type { LocalCaller } from './local-callers.ts'

/** Is a request that was read and matched to its route. `parameters` are decoded; `caller` is who signed it, where that was checked. */
export interface MatchedRequest {
  request: IncomingMessage
  requestId: string
  resource: string
  parameters: Record<string, string>
  body: Buffer
  caller?: LocalCaller | undefined
}

/**
 * Makes the event that API Gateway's REST API sends to a Lambda function (payload format 1.0). A body that is not UTF-8
 * goes as base64.
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

/** Pairs the names and values of a message's headers, in their order. */
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

/** Writes who calls as API Gateway does for its IAM authorization; the unique ids that IAM gives to users and roles are made up. */
function identify(request: IncomingMessage, caller: LocalCaller | undefined): APIGatewayProxyEvent['requestContext']['identity'] {
  const anybody = { ...nobody, sourceIp: request.socket.remoteAddress ?? '', userAgent: request.headers['user-agent'] ?? null }
  if (!caller) return anybody
  const [, , , , accountId = null] = caller.arn.split(':')
  const session = /:assumed-role\/[^/]+\/(.+)$/.exec(caller.arn)?.[1]
  const user = session === undefined ? 'AIDALOCALUSER' : `AROALOCALROLE:${session}`
  return { ...anybody, accessKey: caller.accessKeyId, accountId, caller: user, user, userArn: caller.arn }
}

const nobody = {
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

/** Writes a time as web server logs do, like `22/Nov/2026:18:33:31 +0000`. */
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
