import { Signer } from '@aws-sdk/rds-signer'
import postgres from 'postgres'
import type { Environment } from '../contract/environment.ts'
import { databaseAnswerMs, databaseConnection, databaseLimits } from '../contract/retries.ts'
import { guardTransactions, type Sql } from './guard-transactions.ts'
import { type Pool, proveConnections } from './prove-connections.ts'
import { keepSockets } from './sockets.ts'

export type { Pool, Sql }

/** A pool or a transaction: anything that runs statements. */
export type Queryable = postgres.ISql<{ bigint: number }>

/** The environment variables that `connect` reads. */
export type DatabaseEnvironment = Environment<
  'DATABASE_URL' | 'DB_HOST' | 'DB_PORT' | 'DB_NAME' | 'DB_USER' | 'DB_PASSWORD' | 'DB_POOL_SIZE' | 'DB_AUTH' | 'DB_TLS'
>

/** Options of `connect`. */
export interface ConnectOptions {
  /** The timeout of the function that connects: its statements end before. */
  timeoutSeconds?: number
  /** Supplies the password of each new connection, for one that rotates. */
  askPassword?: () => Promise<string>
}

/**
 * Opens a pool to PostgreSQL that connects at the first statement and reconnects after a broken connection.
 * Ids are safe integers, since the contract rejects larger ones. The password is DB_PASSWORD or, with DB_AUTH
 * "iam", a freshly signed token (valid for 15 minutes; Amazon RDS, "IAM database authentication").
 */
export function connect(environment: DatabaseEnvironment, { timeoutSeconds, askPassword }: ConnectOptions = {}): Pool {
  const limits = databaseLimits(timeoutSeconds)
  const sockets = keepSockets()
  const options = {
    max: environment.DB_POOL_SIZE,
    ...databaseConnection,
    socket: sockets.open,
    onnotice: () => undefined,
    // Compiling a statement, or starting processes for it, takes longer than any of ours. PostgreSQL would do either
    // where it expects many rows: after ten thousand new ones, or from a search in a large table. (postgres leaves out a
    // number of 0.)
    connection: { application_name: 'ticket-generator', ...limits, jit: 'off', max_parallel_workers_per_gather: '0' },
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
  }
  const { DATABASE_URL: url, DB_HOST: host, DB_PORT: port, DB_NAME: database, DB_USER: username, DB_TLS: tls } = environment
  const password = askPassword ?? passwordOf(environment)
  const address = { host, port, database, username }
  // Node's trust store verifies the certificate: on Lambda, NODE_EXTRA_CA_CERTS adds RDS's authorities.
  const ssl = tls === 'verify' ? { ssl: 'verify-full' as const } : {}
  const sql = url ? postgres(url, options) : postgres({ ...options, ...address, ...ssl, ...(password ? { password } : {}) })
  return proveConnections(guardTransactions(sql), sockets, limits.statement_timeout + databaseAnswerMs)
}

function passwordOf(environment: DatabaseEnvironment): (() => string | Promise<string>) | undefined {
  const { DB_AUTH, DB_HOST: hostname, DB_PORT: port, DB_USER: username, DB_PASSWORD: password } = environment
  if (DB_AUTH === 'password') return password ? () => password : undefined
  const signer = new Signer({ hostname, port, username })
  return () => signer.getAuthToken()
}
