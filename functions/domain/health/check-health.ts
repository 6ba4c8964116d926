import type * as z from 'zod'
import packageFile from '../../../package.json' with { type: 'json' }
import type { QueueDepth } from '../../aws/render-queue.ts'
import type { ErrorCode } from '../../contract/errors.ts'
import { healthCheckSeconds, mostClockSeconds } from '../../contract/retries.ts'
import type { detailedHealth } from '../../contract/schemas/answers.ts'
import type { Sql } from '../../database/client.ts'
import { PartUnavailableError, TicketGenerationError } from '../../errors.ts'
import { reportFault } from '../../runtime/telemetry.ts'
import { withTimeout } from '../../runtime/with-timeout.ts'
import type { Clients } from '../clients.ts'
import { expectOutcome } from '../rendering/renderer-answer.ts'

/** Describes the running service: its name, version, and uptime in seconds. */
export function describeService() {
  return { service: 'ticket-generator' as const, version: packageFile.version, uptime: Math.round(process.uptime()) }
}

/** A failed check: the part, and its error. */
type Problem = z.output<typeof detailedHealth>['problems'][number]

/** The result of a check: an answer, or a problem. */
type Finding<T> = { answer: T } | { problem: Problem }

/**
 * Checks every dependency concurrently, each for at most eight seconds, and counts queued messages. Reports
 * each problem to log and metrics.
 */
export async function checkHealth(clients: Clients<'sql' | 'storage' | 'queues' | 'renderer'>) {
  const [database, storage, renderer, normal, high] = await Promise.all([
    check('database', () => checkDatabase(clients.sql)),
    check('storage', () => clients.storage.check()),
    check('renderer', async () => void expectOutcome(await clients.renderer.ask({ probe: true }), 'working')),
    check('queues', () => clients.queues.depth('normal')),
    check('queues', () => clients.queues.depth('high')),
  ])
  const clock = 'answer' in database ? await check('clock', async () => checkClock(database.answer)) : database
  const works = (...findings: Finding<unknown>[]) => findings.every((finding) => 'answer' in finding)
  const problems = [database, storage, renderer, normal, high, clock].flatMap((each) => ('problem' in each ? each.problem : []))
  return {
    status: problems.length === 0 ? ('healthy' as const) : ('unhealthy' as const),
    ...describeService(),
    dependencies: { database: works(database), storage: works(storage), queues: works(normal, high), renderer: works(renderer) },
    problems: [...new Map(problems.map((problem) => [problem.part, problem])).values()],
    queues: { 'ticket-generation': depthOf(normal), 'ticket-generation-high': depthOf(high) },
  }
}

/**
 * Reads the clock of PostgreSQL, and checks that it can write: more rows than fit its memory go through a
 * file on its disk.
 * @throws A PostgreSQL error, also for a read-only server.
 */
async function checkDatabase(sql: Sql): Promise<Date> {
  return await sql.begin(async (transaction) => {
    const [, , [row]] = await Promise.all([
      transaction`SET LOCAL work_mem = '64kB'`,
      transaction`SELECT COUNT(*) FROM generate_series(1, 20000)`,
      transaction<[{ at: Date; is_read_only: boolean }]>`
        SELECT clock_timestamp() AS at, current_setting('transaction_read_only')::BOOLEAN AS is_read_only`,
    ])
    if (row.is_read_only) throw Object.assign(new Error('The transaction is read-only.'), { code: '25006' })
    return row.at
  })
}

function checkClock(databaseTime: Date): void {
  const seconds = Math.round((Date.now() - databaseTime.getTime()) / 1000)
  if (Math.abs(seconds) <= mostClockSeconds) return
  const wrong = `The clock of the service is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} that of the database.`
  throw new TicketGenerationError(wrong, 'CLOCK_WRONG')
}

function depthOf(finding: Finding<QueueDepth>): QueueDepth | null {
  return 'answer' in finding ? finding.answer : null
}

/** Runs a check, and turns a failure or a timeout into a finding. */
async function check<T>(part: Problem['part'], ask: () => Promise<T>): Promise<Finding<T>> {
  const timeout = { timeoutMs: healthCheckSeconds * 1000, onTimeout: () => new Error('The check timed out.') }
  try {
    return { answer: await withTimeout(ask(), timeout) }
  } catch (error) {
    const fault = error instanceof TicketGenerationError ? error : new PartUnavailableError(part, codes[part], error)
    reportFault(fault, error)
    return { problem: { part, code: fault.code, message: fault.message } }
  }
}

const codes: Record<Problem['part'], ErrorCode> = {
  database: 'DATABASE_UNAVAILABLE',
  storage: 'STORAGE_UNAVAILABLE',
  queues: 'QUEUE_UNAVAILABLE',
  renderer: 'QUEUE_UNAVAILABLE',
  clock: 'CLOCK_WRONG',
}
