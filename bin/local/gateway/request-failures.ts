import { maxHeaderSize } from 'node:http'
import { refuseMethod } from '../../../functions/contract/routes/gateway.ts'
import { maximumPayloadBytes } from '../lambda/lambda-context.ts'
import type { Failure } from './failure-answer.ts'
import { splitTarget } from './proxy-event.ts'
import { matchRoute, type Routable } from './route-table.ts'

/** The failure of a request whose path holds a malformed percent-encoding. */
export const malformedPath: Failure = {
  status: 400,
  code: 'VALIDATION_FAILED',
  message: 'The path is not percent-encoded UTF-8.',
}

/** The failure of a request without a Host header. */
export const missingHost: Failure = { status: 400, code: 'VALIDATION_FAILED', message: 'The request has no header Host.' }

/** The failure of a request that is larger than Lambda accepts. */
export const tooLarge: Failure = {
  status: 413,
  code: 'PAYLOAD_TOO_LARGE',
  message: `The body must be at most ${maximumPayloadBytes} bytes.`,
}

/** Describes the timeout of a function. */
export function functionTimeout(seconds: number): Failure {
  return { status: 504, code: 'INTERNAL_ERROR', message: `The function did not answer within ${seconds} seconds.` }
}

/** Describes a request for an unknown path, or for a known path with another method. */
export function noRoute(routes: Routable[], method = 'GET', target = '/'): Failure {
  const { path } = splitTarget(target)
  const match = matchRoute(routes, method, path)
  const allowed = 'allowedMethods' in match ? match.allowedMethods : []
  const shown = path.slice(0, 200)
  if (allowed.length === 0) return { status: 404, code: 'ROUTE_NOT_FOUND', message: `There is no route ${shown}.` }
  return { status: 405, code: 'METHOD_NOT_ALLOWED', ...refuseMethod({ method, path: shown, allowed }) }
}

/**
 * Describes what Node could not parse as a request. Node rejects unregistered methods, which no route has
 * either.
 */
export function unreadable(error: Error & { code?: string; rawPacket?: Buffer }, routes: Routable[]): Failure {
  const refuse = (status: number, message: string): Failure => ({ status, code: 'VALIDATION_FAILED', message })
  if (error.code === 'HPE_HEADER_OVERFLOW') return refuse(431, `The path and the headers must be at most ${maxHeaderSize} bytes.`)
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return refuse(408, 'The request did not arrive in time.')
  const [, method, target] =
    /^([!#$%&'*+.^`|~\w-]+) (\/\S*) HTTP\/1\.[01]\r?\n/.exec(error.rawPacket?.toString('latin1') ?? '') ?? []
  if (error.code === 'HPE_INVALID_METHOD' && method) return noRoute(routes, method, target)
  return refuse(400, 'The request is not HTTP/1.1.')
}
