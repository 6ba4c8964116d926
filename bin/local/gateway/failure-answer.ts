import { randomUUID } from 'node:crypto'
import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ErrorCode } from '../../../functions/contract/errors.ts'

/**
 * A failure that the gateway itself answers, in the service's error shape. `allow` is the value of the Allow
 * header.
 */
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
