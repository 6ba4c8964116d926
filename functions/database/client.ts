import { Signer } from '@aws-sdk/rds-signer'
import postgres from 'postgres'
import type { Environment } from '../contract/environment.ts'
import { databaseConnection, databaseLimits } from '../contract/retries.ts'
import { TicketGenerationError } from '../errors.ts'

/** Is a connection pool to PostgreSQL; BIGINT and TIMESTAMPTZ columns come back as `number` and `Date`. */
export type Sql = postgres.Sql<{ bigint: number }>

/** Is a pool or a transaction of one: what a statement can be run on. */
export type Queryable = postgres.ISql<{ bigint: number }>

/** Names the variables `connect` is built from. */
export type DatabaseEnvironment = Environment<
  'DATABASE_URL' | 'DB_HOST' | 'DB_PORT' | 'DB_NAME' | 'DB_USER' | 'DB_PASSWORD' | 'DB_POOL_SIZE' | 'DB_AUTH' | 'DB_TLS'
>

/**
 * Opens a pool to PostgreSQL; it connects at the first statement, and again after a break. Ids are safe integers: the
 * contract lets no larger ones in.
 * @param askPassword Is asked for the password at each new connection, for one that changes; DB_PASSWORD, or with DB_AUTH "iam" a
 * token that is signed on the spot (good for 15 minutes; Amazon RDS, "IAM database authentication"), if absent.
 */
export function connect(environment: DatabaseEnvironment, askPassword = passwordOf(environment)): Sql {
  const options = {
    max: environment.DB_POOL_SIZE,
    ...databaseConnection,
    onnotice: () => undefined,
    // Compiling a plan takes longer than any statement of ours, and happens where statistics are old: after ten thousand new rows.
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
    // The host's certificate is checked against what Node trusts: on Lambda, NODE_EXTRA_CA_CERTS names RDS's authorities.
    ...(environment.DB_TLS === 'verify' ? { ssl: 'verify-full' as const } : {}),
    ...(askPassword ? { password: askPassword } : {}),
  })
  return guardTransactions(sql)
}

/**
 * Has a transaction begin no statement once its work is done or failed: postgres 3.4 would run it after the rollback, on its own, as when one of
 * several fails and the next is begun for all that. And has one whose connection broke left alone, at once and for good: postgres rejects it by
 * itself, but would roll back, commit and begin what more it is given on the socket that is gone, which throws where nobody can catch
 * it and ends the process; or on the connection's next socket, amid what another does there.
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

/** Gives the transaction in a form that begins no statement any more once it is over; who waits for one waits for good. */
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

const passingFaults = new Set(['55P03', '40001', '40P01', '25P03', '25006'])

/**
 * Tells whether an error means that PostgreSQL cannot be reached or cannot take work now, so that the same statement may
 * succeed later: connection faults, SQLSTATE classes 08, 53 and 57 with lock and statement timeouts, and a server that takes no writes, as
 * the one that a failover demotes (25006). Source: PostgreSQL documentation, appendix A.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = codeOf(error)
  return connectionFaults.has(code) || /^(08|53|57)\w{3}$/.test(code) || passingFaults.has(code)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** An error for an unavailable PostgreSQL. */
export class DatabaseUnavailableError extends TicketGenerationError {
  constructor(cause: unknown) {
    super('The database is unavailable. It is safe to retry.', 'DATABASE_UNAVAILABLE', [], { cause })
  }
}
