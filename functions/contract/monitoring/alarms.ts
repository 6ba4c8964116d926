import { workers } from '../functions.ts'
import { countOf, ofApi, ofDatabase, ofDeadLetters, ofFunction, ofQueue, type Series } from './series.ts'

/**
 * What an alarm watches: the sum of one or more series, or the share of `part` in `all` in percent, which counts as 0
 * while `all` adds up to less than `least`.
 */
export type Watched = { sum: readonly Series[] } | { part: Series; all: readonly Series[]; least: number }

/** A limit that depends on the stage. */
export type StageLimit = 'databaseConnections' | 'databaseStorageBytes'

/**
 * An alarm: it goes off after `periods` consecutive periods of `periodSeconds` over, or under, the threshold.
 * `missing` says how a period without a value counts. The alarm's key names its section in docs/runbook.md.
 */
export interface AlarmDescription {
  meaning: string
  watched: Watched
  goesOff: 'over' | 'under'
  threshold: number | { share: number; of: StageLimit }
  periodSeconds: number
  periods: number
  missing: 'breaching' | 'notBreaching' | 'ignore'
}

/** The file with a section for each alarm. */
export const runbookFile = 'docs/runbook.md'

const fiveMinutes = 300
const requests = ofApi('requests', 'Count')
const tickets = (status: 'generated' | 'failed') => countOf('tickets_generated_total', 'status', status)
const passes = (outcome: 'told' | 'later') => countOf('passes_told_total', 'outcome', outcome)
/**
 * The workers watched together; failures of routes show in API Gateway's answers. CloudWatch adds up ten series at most,
 * so workers that wallets, the topic and erased guests depend on have alarms of their own.
 */
const ofWorkers = (metric: 'Errors' | 'Throttles') =>
  Object.keys(workers)
    .filter((name) => !['push-passes', 'send-notices', 'erase'].includes(name))
    .map((name) => ofFunction(name, metric))

/** Faults that last until somebody acts. */
const lastingFaults = ['DISK_FULL', 'OUT_OF_FILES', 'DATABASE_READ_ONLY', 'CLOCK_WRONG']

/** The alarms by name. */
export const alarms = {
  'chunks-given-up': alarm(
    'Chunks of a batch used up their deliveries and were settled as failed: those guests have no ticket.',
    { sum: [{ label: 'given up', metric: 'chunks_given_up_total', statistic: 'Sum' }] },
    { threshold: 0, periods: 1 },
  ),
  'dead-letters-waiting': alarm(
    'A dead-letter queue is not empty: the function that settles given-up chunks fails or does not run.',
    { sum: [ofDeadLetters('high'), ofDeadLetters('normal')] },
    { threshold: 0, periods: 2 },
  ),
  'high-queue-slow': alarm(
    'A chunk of high priority has waited for more than 5 minutes.',
    { sum: [ofQueue('high', 'ApproximateAgeOfOldestMessage')] },
    { threshold: 300, periodSeconds: 60, periods: 3 },
  ),
  'normal-queue-slow': alarm(
    'A chunk of normal priority has waited for more than 30 minutes.',
    { sum: [ofQueue('normal', 'ApproximateAgeOfOldestMessage')] },
    { threshold: 1800, periodSeconds: 60, periods: 5 },
  ),
  'api-failing': alarm(
    'More than 1 % of the requests fail through our fault (5xx).',
    { part: ofApi('failed', '5XXError'), all: [requests], least: 20 },
    { threshold: 1, periods: 2 },
  ),
  'machine-troubled': alarm(
    'A disk is full, a part has too many open files, the database is read-only, or a clock is wrong.',
    { sum: lastingFaults.map((code) => countOf('faults_total', 'code', code)) },
    { threshold: 0, periods: 1 },
  ),
  'api-refusing': alarm(
    'More than 30 % of the requests are refused (4xx): a caller is wrong, or somebody guesses links.',
    { part: ofApi('refused', '4XXError'), all: [requests], least: 100 },
    { threshold: 30, periods: 3 },
  ),
  'api-overloaded': alarm(
    'More than 1 % of the requests are answered 429: above a throttle, or with all environments of a function busy.',
    { part: { label: 'throttled', metric: 'requests_throttled_total', statistic: 'Sum' }, all: [requests], least: 20 },
    { threshold: 1, periods: 1 },
  ),
  'canary-failing': alarm(
    'Two of the tickets that the canary makes every five minutes failed within 15 minutes, or it does not run.',
    { sum: [ofFunction('canary', 'Errors')] },
    { threshold: 1, periodSeconds: 900, periods: 1, missing: 'breaching' },
  ),
  'functions-failing': alarm(
    'Workers end with an error again and again.',
    { sum: ofWorkers('Errors') },
    { threshold: 5, periods: 2 },
  ),
  'functions-throttled': alarm(
    'Workers are invoked more often than their concurrency allows.',
    { sum: ofWorkers('Throttles') },
    { threshold: 10, periods: 2 },
  ),
  'erasures-failing': alarm(
    'Guests were not erased, or not all of their files, for 15 minutes.',
    { sum: [ofFunction('erase', 'Errors')] },
    { threshold: 0, periods: 3 },
  ),
  'wallets-not-told': alarm(
    'More than half of the changes of passes do not reach Apple or Google: saved passes are outdated.',
    { part: passes('later'), all: [passes('later'), passes('told')], least: 5 },
    { threshold: 50, periods: 2 },
  ),
  'tickets-failing': alarm(
    'More than 5 % of the tickets cannot be generated.',
    { part: tickets('failed'), all: [tickets('generated'), tickets('failed')], least: 20 },
    { threshold: 5, periods: 2 },
  ),
  'generation-slow': alarm(
    'One ticket in a hundred takes more than 10 s to generate (p99).',
    { sum: [{ label: 'p99', metric: 'ticket_generation_duration_seconds', statistic: 'p99' }] },
    { threshold: 10, periods: 3 },
  ),
  'browsers-crashing': alarm(
    'More than 20 browsers crashed or hung within 5 minutes, twice in a row.',
    { sum: [{ label: 'replaced', metric: 'browser_restarts_total', statistic: 'Sum' }] },
    { threshold: 20, periods: 2 },
  ),
  // The sweeper emits it every minute. Without a value nobody looks after lost chunks, which is as bad.
  'batch-stuck': alarm(
    'A batch made no progress for 30 minutes, or the sweeper does not run.',
    { sum: [{ label: 'stall', metric: 'batch_stall_seconds', statistic: 'Maximum' }] },
    { threshold: 1800, periods: 2, missing: 'breaching' },
  ),
  // The sender emits it every few seconds. Without a value nothing is sent, which is as bad.
  'notices-late': alarm(
    'A notice of a change has waited for more than 2 minutes, or the function that sends them does not run.',
    { sum: [{ label: 'lag', metric: 'notice_lag_seconds', statistic: 'Maximum' }] },
    { threshold: 120, periods: 2, missing: 'breaching' },
  ),
  'database-connections': alarm(
    'The database has more than 80 % of the connections it accepts.',
    { sum: [ofDatabase('connections', 'DatabaseConnections', 'Maximum')] },
    { threshold: { share: 0.8, of: 'databaseConnections' }, periodSeconds: 60, periods: 5, missing: 'ignore' },
  ),
  'database-storage': alarm(
    'Less than 20 % of the storage of the database is free.',
    { sum: [ofDatabase('free', 'FreeStorageSpace', 'Minimum')] },
    { goesOff: 'under', threshold: { share: 0.2, of: 'databaseStorageBytes' }, periods: 2, missing: 'ignore' },
  ),
  'database-busy': alarm(
    'The processor of the database has been busier than 80 % for 15 minutes.',
    { sum: [ofDatabase('busy', 'CPUUtilization', 'Average')] },
    { threshold: 80, periods: 3, missing: 'ignore' },
  ),
  'database-memory': alarm(
    'The database has less than 200 MB of free memory.',
    { sum: [ofDatabase('free', 'FreeableMemory', 'Minimum')] },
    { goesOff: 'under', threshold: 200 * 1024 * 1024, periods: 3, missing: 'ignore' },
  ),
  'signing-key-old': alarm(
    'The key that signs is older than 335 days; keys are to be rotated every year.',
    { sum: [{ label: 'age', metric: 'signing_key_age_days', statistic: 'Maximum' }] },
    { threshold: 335, periodSeconds: 3600, periods: 1, missing: 'ignore' },
  ),
} satisfies Record<string, AlarmDescription>

/** Describes an alarm with the usual limits: over the threshold, in periods of five minutes, good without a value. */
function alarm(
  meaning: string,
  watched: Watched,
  limit: Pick<AlarmDescription, 'threshold' | 'periods'> & Partial<AlarmDescription>,
): AlarmDescription {
  return { meaning, watched, goesOff: 'over', periodSeconds: fiveMinutes, missing: 'notBreaching', ...limit }
}

/**
 * The categories of RDS events that notify the topic of the alarms, by name; each name has its section in
 * docs/runbook.md too. Source: Amazon RDS, "Amazon RDS event categories and event messages".
 */
export const databaseEvents = {
  'database-failover': ['failover', 'failure', 'recovery'],
  'database-full': ['low storage'],
} as const

/** Lists the series that an alarm reads. */
export function seriesOf(watched: Watched): readonly Series[] {
  return 'sum' in watched ? watched.sum : [watched.part, ...watched.all]
}
