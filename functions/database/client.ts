import { Signer } from '@aws-sdk/rds-signer'
import postgres from 'postgres'
import type { Environment } from '../contract/environment.ts'
import { databaseConnection, databaseLimits } from '../contract/retries.ts'
import { TicketGenerationError } from '../errors.ts'

/** A connection pool to PostgreSQL; BIGINT and TIMESTAMPTZ columns are read as `number` and `Date`. */
export type Sql = postgres.Sql<{ bigint: number }>

/** A pool or a transaction: anything that runs statements. */
export type Queryable = postgres.ISql<{ bigint: number }>

/** The environment variables that `connect` reads. */
export type DatabaseEnvironment = Environment<
  'DATABASE_URL' | 'DB_HOST' | 'DB_PORT' | 'DB_NAME' | 'DB_USER' | 'DB_PASSWORD' | 'DB_POOL_SIZE' | 'DB_AUTH' | 'DB_TLS'
>

/**
 * Opens a pool to PostgreSQL that connects at the first statement and reconnects after a broken connection.
 * Ids are safe integers, since the contract rejects larger ones.
 * @param askPassword Supplies the password of each new connection, for one that rotates. The default is
 * DB_PASSWORD or, with DB_AUTH "iam", a freshly signed token (valid for 15 minutes; Amazon RDS, "IAM database
 * authentication").
 */
export function connect(environment: DatabaseEnvironment, askPassword = passwordOf(environment)): Sql {
  const options = {
    max: environment.DB_POOL_SIZE,
    ...databaseConnection,
    onnotice: () => undefined,
    // JIT compilation takes longer than any of our statements, and stale statistics trigger it after ten
    // thousand new rows.
    connection: { application_name: 'ticket-generator', ...databaseLimits, jit: 'off' },
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
  }
  if (environment.DATABASE_URL) return guardTransactions(postgres(environment.DATABASE_URL, options))
  const sql = postgres({
    ...options,
    host: environment.DB_HOST,
    port: environment.DB_PORT,
    database: environment.DB_NAME,
    username: environment.DB_USER,
    // Node's trust store verifies the certificate: on Lambda, NODE_EXTRA_CA_CERTS adds RDS's authorities.
    ...(environment.DB_TLS === 'verify' ? { ssl: 'verify-full' as const } : {}),
    ...(askPassword ? { password: askPassword } : {}),
  })
  return guardTransactions(sql)
}

/**
 * Works around two faults of transactions in postgres 3.4:
 * - A statement begun after the work has ended runs outside the transaction, after the rollback; this happens
 *   when one of several concurrent statements fails. Such statements are suppressed.
 * - After a broken connection, postgres rejects the transaction but still sends its rollback, commit and
 *   later statements on the dead socket, which throws uncaught and ends the process, or on the connection's
 *   next socket, amid another transaction. The callback of such a transaction never settles, so nothing more
 *   is sent.
 */
function guardTransactions(sql: Sql): Sql {
  const { begin } = sql
  const guarded = <T>(work: (transaction: Transaction) => T | Promise<T>) => {
    let isOver = false
    const done = begin(async (transaction) => {
      try {
        const result = await work(forbidOnce(() => isOver, transaction))
        if (!isOver) return result
      } catch (error) {
        if (!isOver && !connectionFaults.has(codeOf(error))) throw error
      } finally {
        isOver = true
      }
      return await never()
    })
    done.catch(() => {
      isOver = true
    })
    return done
  }
  return Object.assign(sql, { begin: guarded })
}

type Transaction = postgres.TransactionSql<{ bigint: number }>

/** Wraps a transaction so that a statement begun after its end never runs and never settles. */
function forbidOnce(isOver: () => boolean, transaction: Transaction): Transaction {
  return new Proxy(transaction, {
    apply: (begin, self, statement) => (isOver() ? never() : Reflect.apply(begin, self, statement)),
  })
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}

function passwordOf(environment: DatabaseEnvironment): (() => string | Promise<string>) | undefined {
  const { DB_AUTH, DB_HOST: hostname, DB_PORT: port, DB_USER: username, DB_PASSWORD: password } = environment
  if (DB_AUTH === 'password') return password ? () => password : undefined
  const signer = new Signer({ hostname, port, username })
  return () => signer.getAuthToken()
}

const connectionFaults = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['CONNECT_TIMEOUT', 'CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED'],
])

const transientCodes = new Set(['55P03', '40001', '40P01', '25P03', '25006'])

/**
 * Recognises errors after which a retry may succeed: connection faults, SQLSTATE classes 08, 53 and 57, lock
 * and statement timeouts, serialization failures and deadlocks, and a read-only server, such as one demoted
 * by a failover (25006). Source: PostgreSQL documentation, appendix A.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = codeOf(error)
  return connectionFaults.has(code) || /^(08|53|57)\w{3}$/.test(code) || transientCodes.has(code)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** Thrown when PostgreSQL is unreachable or cannot take work now. */
export class DatabaseUnavailableError extends TicketGenerationError {
  constructor(cause: unknown) {
    super('The database is unavailable. It is safe to retry.', 'DATABASE_UNAVAILABLE', [], { cause })
  }
}
