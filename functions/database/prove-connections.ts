import { channel } from 'node:diagnostics_channel'
import { setTimeout as pause } from 'node:timers/promises'
import { databaseProof } from '../contract/retries.ts'
import type { Sql, Transaction } from './guard-transactions.ts'
import type { Sockets } from './sockets.ts'
import { isConnectionFault, isDatabaseUnavailable } from './unavailable.ts'

/**
 * Announces each statement and transaction as it begins, with a promise of its end. Costs nothing without
 * subscribers.
 */
export const statementChannel = channel('ticket-generator.statement')

/**
 * A pool that survives dead connections; `abandon` rejects statements in progress, and the next one
 * reconnects.
 */
export type Pool = Sql & { abandon(): void }

/**
 * Keeps requests off dead connections. An idle connection can die unnoticed, through a failover or while
 * Lambda has frozen the process:
 * - A pool that was idle proves its connections before the first statement or transaction, and replaces dead
 *   ones. Only this proof is ever repeated, so nothing is written twice. Statements that follow an answer
 *   within the same turn of the event loop need no proof.
 * - Statements that receive no byte for `silenceMs`, longer than the server lets any statement run, are
 *   rejected, and their connections closed.
 */
export function proveConnections(pool: Sql, sockets: Sockets, silenceMs: number): Pool {
  const use = countUses(
    () => proveWithRetry(pool, sockets),
    () => watchSilence(sockets, silenceMs),
  )
  const { begin, reserve } = pool
  const guarded = new Proxy(pool, {
    apply: (target, self, args) => afterProof(use, Reflect.apply(target, self, args)),
  })
  return Object.assign(guarded, {
    abandon: sockets.destroy,
    begin: <T>(work: (transaction: Transaction) => T | Promise<T>) =>
      announce('transaction', use.during(use.start().then(() => begin(work)))),
    // A migration's reserved session may be silent for long, so its use ends with the proof.
    reserve: () => use.during(use.start()).then(reserve),
  })
}

interface Use {
  /** Begins a use: resolves when the connections are proven, as all uses that overlap share one proof. */
  start(): Promise<void>
  /** Ends a use in the turn after its work has ended. */
  during<T>(work: Promise<T>): Promise<T>
}

function countUses(prove: () => Promise<void>, watch: () => NodeJS.Timeout): Use {
  let count = 0
  let proof: Promise<void> | undefined
  let watching: NodeJS.Timeout | undefined
  const leave = () => {
    count -= 1
    if (count > 0) return
    clearInterval(watching)
    watching = undefined
    proof = undefined
  }
  const leaveLater = () => setImmediate(leave)
  const leaveFailed = (error: unknown) => {
    if (isConnectionFault(error)) proof = undefined
    leaveLater()
  }
  return {
    start() {
      count += 1
      watching ??= watch()
      proof ??= prove().catch((error) => {
        proof = undefined
        throw error
      })
      return proof
    },
    during(work) {
      work.then(leaveLater, leaveFailed)
      return work
    },
  }
}

/** Delays a statement's execution until the proof; a fragment of another statement is never executed. */
function afterProof<T>(use: Use, statement: T): T {
  if (!(statement instanceof Promise && 'handler' in statement && typeof statement.handler === 'function')) return statement
  const { handler } = statement
  const execute = (query: Promise<unknown> & { reject: (reason: unknown) => void }) => {
    use.start().then(() => Reflect.apply(handler, undefined, [query]), query.reject)
    announce(nameOf(query), use.during(query))
  }
  return Object.assign(statement, { handler: execute })
}

/** Announces a statement or transaction to the channel. */
function announce<T>(name: string, done: Promise<T>): Promise<T> {
  if (statementChannel.hasSubscribers) statementChannel.publish({ name, done })
  return done
}

/** Names a statement by its first word, as `SELECT`. */
function nameOf(query: object): string {
  const [text] = 'strings' in query && Array.isArray(query.strings) ? query.strings : []
  return /^\s*(\w+)/.exec(String(text ?? ''))?.[1] ?? 'statement'
}

async function proveWithRetry(pool: Sql, sockets: Sockets): Promise<void> {
  try {
    await prove(pool, sockets)
  } catch (error) {
    if (!isDatabaseUnavailable(error)) throw error
    sockets.destroy()
    await pause(databaseProof.pauseMs)
    await prove(pool, sockets)
  }
}

/** Gets an answer over every open connection of an idle pool, or over a new one. */
async function prove(pool: Sql, sockets: Sockets): Promise<void> {
  const timer = setInterval(sockets.destroy, databaseProof.timeoutMs)
  try {
    await Promise.all(Array.from({ length: Math.max(1, sockets.list().length) }, () => pool`SELECT 1`))
  } finally {
    clearInterval(timer)
  }
}

function watchSilence(sockets: Sockets, silenceMs: number): NodeJS.Timeout {
  const countBytes = () => sockets.list().reduce((sum, { bytesRead }) => sum + bytesRead, 0)
  let before = countBytes()
  return setInterval(() => {
    const now = countBytes()
    if (now === before) sockets.destroy()
    before = now
  }, silenceMs)
}
