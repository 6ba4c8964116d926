import { randomUUID } from 'node:crypto'
import { maxHeaderSize, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ErrorCode } from '../../../functions/contract/errors.ts'
import { refuseMethod } from '../../../functions/contract/routes/gateway.ts'
import { maximumPayloadBytes } from '../lambda/lambda-context.ts'
import { splitTarget } from './proxy-event.ts'
import { matchRoute, type Routable } from './route-table.ts'

/** A failure that the gateway itself answers, in the service's error shape. `allow` is the Allow header. */
export interface Failure {
  status: number
  code: ErrorCode
  message: string
  allow?: string
}

const lingerMs = 2000

/**
 * Writes a failure unless an answer has already begun. When the request was not fully read, the connection
 * closes after up to 2 s, in which the rest of the request is discarded: closing immediately could make the
 * client lose the answer.
 */
export function writeFailure(response: ServerResponse, requestId: string, failure: Failure): void {
  if (response.headersSent || response.destroyed) return
  const { req: request } = response
  const body = writeBody(failure, requestId)
  response.statusCode = failure.status
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('content-length', Buffer.byteLength(body))
  if (failure.allow) response.setHeader('allow', failure.allow)
  if (request.complete) return void response.end(body)
  response.setHeader('connection', 'close')
  // With "expect: 100-continue", the client has not sent its body.
  if (request.headers.expect !== undefined) return void response.end(body)
  response.write(body)
  const finish = () => {
    clearTimeout(timer)
    response.end()
  }
  const timer = setTimeout(finish, lingerMs)
  request.once('end', finish).once('close', finish).resume()
}

/** Writes a failure to a connection on which no request could be parsed, and closes it. */
export function writeRawFailure(socket: Duplex, failure: Failure): void {
  if (!socket.writable) return void socket.destroy()
  const body = writeBody(failure, randomUUID())
  const headers = [
    `HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(failure.allow ? [`allow: ${failure.allow}`] : []),
    'connection: close',
  ]
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`)
}

function writeBody({ code, message }: Failure, requestId: string): string {
  return JSON.stringify({ success: false, error: { code, message, details: [], requestId } })
}

/** The failure of a request whose path holds a malformed percent-encoding. */
export const malformedPath: Failure = {
  status: 400,
  code: 'VALIDATION_FAILED',
  message: 'The path is not percent-encoded UTF-8.',
}

/** The failure of a request without a Host header. */
export const missingHost: Failure = { status: 400, code: 'VALIDATION_FAILED', message: 'The request has no header Host.' }

/** The failure of a request that exceeds the limit of Lambda. */
export const tooLarge: Failure = {
  status: 413,
  code: 'PAYLOAD_TOO_LARGE',
  message: `The body must be at most ${maximumPayloadBytes} bytes.`,
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

/** Describes what Node could not parse as a request. It rejects unregistered methods, which no route has either. */
export function unreadable(error: Error & { code?: string; rawPacket?: Buffer }, routes: Routable[]): Failure {
  const refuse = (status: number, message: string): Failure => ({ status, code: 'VALIDATION_FAILED', message })
  if (error.code === 'HPE_HEADER_OVERFLOW') return refuse(431, `The path and the headers must be at most ${maxHeaderSize} bytes.`)
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return refuse(408, 'The request did not arrive in time.')
  const [, method, target] =
    /^([!#$%&'*+.^`|~\w-]+) (\/\S*) HTTP\/1\.[01]\r?\n/.exec(error.rawPacket?.toString('latin1') ?? '') ?? []
  if (error.code === 'HPE_INVALID_METHOD' && method) return noRoute(routes, method, target)
  return refuse(400, 'The request is not HTTP/1.1.')
}
