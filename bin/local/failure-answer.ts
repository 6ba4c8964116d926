import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ErrorCode } from '../../functions/contract/errors.ts'

/** Is an answer that the gateway itself gives, in the service's error shape. `allow` lists methods for the Allow header. */
export interface Failure {
  status: number
  code: ErrorCode
  message: string
  allow?: string
}

const lingerMs = 2000

/**
 * Writes a failure, unless an answer has begun. Where the request was not read to its end, the connection closes; what the
 * client still sends is thrown away for 2 s, because closing at once would take the answer from it.
 */
export function writeFailure(response: ServerResponse, requestId: string, failure: Failure): void {
  if (response.headersSent || response.destroyed) return
  const { req: request } = response
  const body = shape(failure, requestId)
  response.statusCode = failure.status
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('content-length', Buffer.byteLength(body))
  if (failure.allow) response.setHeader('allow', failure.allow)
  if (request.complete) return void response.end(body)
  response.setHeader('connection', 'close')
  // Who asked before sending ("expect: 100-continue") has sent nothing.
  if (request.headers.expect !== undefined) return void response.end(body)
  response.write(body)
  const finish = () => {
    clearTimeout(timer)
    response.end()
  }
  const timer = setTimeout(finish, lingerMs)
  request.once('end', finish).once('close', finish).resume()
}

/** Answers what is not HTTP, or has absurd headers, and closes the connection. */
export function writeRawFailure(error: Error & { code?: string }, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy()
  const isHeavy = error.code === 'HPE_HEADER_OVERFLOW'
  const message = isHeavy ? 'The headers are too large.' : 'The request is not HTTP/1.1.'
  const status = isHeavy ? 431 : 400
  const body = shape({ status, code: 'VALIDATION_FAILED', message }, randomUUID())
  const reason = isHeavy ? 'Request Header Fields Too Large' : 'Bad Request'
  const headers = `content-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${headers}\r\n\r\n${body}`)
}

function shape({ code, message }: Failure, requestId: string): string {
  return JSON.stringify({ success: false, error: { code, message, details: [], requestId } })
}
