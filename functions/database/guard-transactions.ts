import type postgres from 'postgres'
import { isConnectionFault } from './unavailable.ts'

/** A connection pool to PostgreSQL; BIGINT and TIMESTAMPTZ columns are read as `number` and `Date`. */
export type Sql = postgres.Sql<{ bigint: number }>

/** A transaction. */
export type Transaction = postgres.TransactionSql<{ bigint: number }>

/**
 * Works around two faults of transactions in postgres 3.4:
 * - A statement begun after the work has ended runs outside the transaction, after the rollback; this happens
 *   when one of several concurrent statements fails. Such statements are suppressed.
 * - When a connection breaks, postgres rejects the transaction but still sends its rollback, commit and later
 *   statements on the dead socket, which throws uncaught and ends the process, or on the connection's next
 *   socket, in the middle of another transaction. The callback of such a transaction never settles, so
 *   nothing more is sent.
 */
export function guardTransactions(sql: Sql): Sql {
  const { begin } = sql
  const guarded = <T>(work: (transaction: Transaction) => T | Promise<T>) => {
    let isOver = false
    const done = begin(async (transaction) => {
      try {
        const result = await work(forbidOnce(() => isOver, transaction))
        if (!isOver) return result
      } catch (error) {
        if (!isOver && !isConnectionFault(error)) throw error
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

/** Wraps a transaction so that a statement begun after its end never runs and never settles. */
function forbidOnce(isOver: () => boolean, transaction: Transaction): Transaction {
  return new Proxy(transaction, {
    apply: (begin, self, statement) => (isOver() ? never() : Reflect.apply(begin, self, statement)),
  })
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}
