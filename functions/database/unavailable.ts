import { PartUnavailableError } from '../errors.ts'

const connectionFaults = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['CONNECT_TIMEOUT', 'CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED'],
  // A write to a socket that has just been destroyed.
  ...['EBADF', 'ERR_STREAM_DESTROYED'],
])

const transientCodes = new Set(['55P03', '40001', '40P01', '25P03', '25006'])

/** Recognises the loss of a connection, before or while a statement runs. */
export function isConnectionFault(error: unknown): boolean {
  return connectionFaults.has(codeOf(error))
}

/**
 * Recognises errors after which a retry may succeed: connection faults, SQLSTATE classes 08, 53 and 57, lock
 * and statement timeouts, serialization failures and deadlocks, and a read-only server, such as one demoted
 * by a failover (25006). Source: PostgreSQL documentation, appendix A.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = codeOf(error)
  return isConnectionFault(error) || /^(08|53|57)\w{3}$/.test(code) || transientCodes.has(code)
}

/**
 * Recognises a refused login: a wrong password, or an authentication method that the server rejects (SQLSTATE
 * class 28).
 */
export function isLoginRefused(error: unknown): boolean {
  return codeOf(error).startsWith('28')
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/**
 * Thrown when PostgreSQL is unreachable or cannot take work now: full, read-only, or without a free
 * connection.
 */
export class DatabaseUnavailableError extends PartUnavailableError {
  constructor(cause: unknown) {
    super('database', 'DATABASE_UNAVAILABLE', cause)
  }
}
