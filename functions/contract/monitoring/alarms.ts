import { workers } from '../functions.ts'
import type { Series } from './series.ts'

/**
 * What an alarm watches: one series; several added up; or, in percent, how much of `all` a part is, where `all` adds up to `least` or
 * more, and 0 below that.
 */
export type Watched = { sum: readonly Series[] } | { part: Series; all: readonly Series[]; least: number }

/** A limit that a stage has, not the service. */
export type StageLimit = 'databaseConnections' | 'databaseStorageBytes'

/**
 * An alarm: it goes off once every one of `periods` periods of `periodSeconds` was over the threshold, or
 * under it. `missing` is what a period without a value counts for. Its key names its section in
 * docs/runbook.md.
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
const tickets = (status: 'generated' | 'failed'): Series => ({
  label: status,
  metric: 'tickets_generated_total',
  only: { status },
  statistic: 'Sum',
})
const oldestChunk = (queue: 'high' | 'normal'): Series => ({
  label: queue,
  namespace: 'AWS/SQS',
  metric: 'ApproximateAgeOfOldestMessage',
  queue,
  statistic: 'Maximum',
})
const requests: Series = { label: 'requests', namespace: 'AWS/ApiGateway', metric: 'Count', statistic: 'Sum' }
/**
 * Of the workers: those of routes show in what API Gateway answers. CloudWatch adds up ten at most; those that wallets,
 * the topic and erased guests wait for have alarms of their own.
 */
const ofWorkers = (metric: 'Errors' | 'Throttles'): Series[] =>
  Object.keys(workers)
    .filter((name) => !['push-passes', 'send-notices', 'erase'].includes(name))
    .map((name) => ({ label: name, namespace: 'AWS/Lambda', metric, function: name, statistic: 'Sum' }))
const deadLetters = (queue: 'high' | 'normal'): Series => ({
  label: `${queue}, dead letters`,
  namespace: 'AWS/SQS',
  metric: 'ApproximateNumberOfMessagesVisible',
  queue,
  isDeadLetter: true,
  statistic: 'Maximum',
})

const passes = (outcome: 'told' | 'later'): Series => ({
  label: outcome,
  metric: 'passes_told_total',
  only: { outcome },
  statistic: 'Sum',
})

/** Faults that do not pass by themselves. */
const lastingFaults = ['DISK_FULL', 'OUT_OF_FILES', 'DATABASE_READ_ONLY', 'CLOCK_WRONG'] as const

/** The alarms by name. */
export const alarms = {
  'chunks-given-up': {
    meaning: 'Chunks of a batch used up their deliveries and were settled as failed: those guests have no ticket.',
    watched: { sum: [{ label: 'given up', metric: 'chunks_given_up_total', statistic: 'Sum' }] },
    ...{ goesOff: 'over', threshold: 0, periodSeconds: fiveMinutes, periods: 1, missing: 'notBreaching' },
  },
  'dead-letters-waiting': {
    meaning: 'A dead-letter queue is not empty: the function that settles what was given up does not.',
    watched: { sum: [deadLetters('high'), deadLetters('normal')] },
    ...{ goesOff: 'over', threshold: 0, periodSeconds: fiveMinutes, periods: 2, missing: 'notBreaching' },
  },
  'high-queue-slow': {
    meaning: 'A chunk of high priority has waited for more than 5 minutes.',
    watched: { sum: [oldestChunk('high')] },
    ...{ goesOff: 'over', threshold: 300, periodSeconds: 60, periods: 3, missing: 'notBreaching' },
  },
  'normal-queue-slow': {
    meaning: 'A chunk of normal priority has waited for more than 30 minutes.',
    watched: { sum: [oldestChunk('normal')] },
    ...{ goesOff: 'over', threshold: 1800, periodSeconds: 60, periods: 5, missing: 'notBreaching' },
  },
  'api-failing': {
    meaning: 'More than 1 % of the requests fail through our fault (5xx).',
    watched: {
      part: { label: 'failed', namespace: 'AWS/ApiGateway', metric: '5XXError', statistic: 'Sum' },
      all: [requests],
      least: 20,
    },
    ...{ goesOff: 'over', threshold: 1, periodSeconds: fiveMinutes, periods: 2, missing: 'notBreaching' },
  },
  'machine-troubled': {
    meaning: 'A disk is full, a part has too many open files, the database is read-only, or a clock is wrong.',
    watched: {
      sum: lastingFaults.map((code) => ({ label: code, metric: 'faults_total', only: { code }, statistic: 'Sum' })),
    },
    ...{ goesOff: 'over', threshold: 0, periodSeconds: fiveMinutes, periods: 1, missing: 'notBreaching' },
  },
  'api-refusing': {
    meaning: 'More than 30 % of the requests are refused (4xx): a caller is wrong, or somebody guesses links.',
    watched: {
      part: { label: 'refused', namespace: 'AWS/ApiGateway', metric: '4XXError', statistic: 'Sum' },
      all: [requests],
      least: 100,
    },
    ...{ goesOff: 'over', threshold: 30, periodSeconds: fiveMinutes, periods: 3, missing: 'notBreaching' },
  },
  'api-overloaded': {
    meaning: 'More than 1 % of the requests are answered 429: above a throttle, or with all environments of a function busy.',
    watched: { part: { label: 'throttled', metric: 'requests_throttled_total', statistic: 'Sum' }, all: [requests], least: 20 },
    ...{ goesOff: 'over', threshold: 1, periodSeconds: fiveMinutes, periods: 1, missing: 'notBreaching' },
  },
  'canary-failing': {
    meaning: 'Two of the tickets that the canary makes every five minutes failed within 15 minutes, or it does not run.',
    watched: {
      sum: [{ label: 'failed', namespace: 'AWS/Lambda', metric: 'Errors', function: 'canary', statistic: 'Sum' }],
    },
    ...{ goesOff: 'over', threshold: 1, periodSeconds: 900, periods: 1, missing: 'breaching' },
  },
  'functions-failing': {
    meaning: 'Workers end with an error again and again.',
    watched: { sum: ofWorkers('Errors') },
    ...{ goesOff: 'over', threshold: 5, periodSeconds: fiveMinutes, periods: 2, missing: 'notBreaching' },
  },
  'functions-throttled': {
    meaning: 'Workers are invoked more often than their concurrency allows.',
    watched: { sum: ofWorkers('Throttles') },
    ...{ goesOff: 'over', threshold: 10, periodSeconds: fiveMinutes, periods: 2, missing: 'notBreaching' },
  },
  'erasures-failing': {
    meaning: 'Guests were not erased, or not all of their files, for 15 minutes.',
    watched: { sum: [{ label: 'failed', namespace: 'AWS/Lambda', metric: 'Errors', function: 'erase', statistic: 'Sum' }] },
    ...{ goesOff: 'over', threshold: 0, periodSeconds: fiveMinutes, periods: 3, missing: 'notBreaching' },
  },
  'wallets-not-told': {
    meaning: 'More than half of the changes of passes do not reach Apple or Google: saved passes show what was.',
    watched: { part: passes('later'), all: [passes('later'), passes('told')], least: 5 },
    ...{ goesOff: 'over', threshold: 50, periodSeconds: fiveMinutes, periods: 2, missing: 'notBreaching' },
  },
  'tickets-failing': {
    meaning: 'More than 5 % of the tickets cannot be generated.',
    watched: { part: tickets('failed'), all: [tickets('generated'), tickets('failed')], least: 20 },
    ...{ goesOff: 'over', threshold: 5, periodSeconds: fiveMinutes, periods: 2, missing: 'notBreaching' },
  },
  'generation-slow': {
    meaning: 'One ticket in a hundred takes more than 10 s to generate (p99).',
    watched: { sum: [{ label: 'p99', metric: 'ticket_generation_duration_seconds', statistic: 'p99' }] },
    ...{ goesOff: 'over', threshold: 10, periodSeconds: fiveMinutes, periods: 3, missing: 'notBreaching' },
  },
  'browsers-crashing': {
    meaning: 'More than 20 browsers crashed or hung within 5 minutes, twice in a row.',
    watched: { sum: [{ label: 'replaced', metric: 'browser_restarts_total', statistic: 'Sum' }] },
    ...{ goesOff: 'over', threshold: 20, periodSeconds: fiveMinutes, periods: 2, missing: 'notBreaching' },
  },
  // The sweeper tells of it every minute: where it tells nothing, nobody looks after lost chunks, and that counts as the same.
  'batch-stuck': {
    meaning: 'A batch made no progress for 30 minutes, or the sweeper does not run.',
    watched: { sum: [{ label: 'stall', metric: 'batch_stall_seconds', statistic: 'Maximum' }] },
    ...{ goesOff: 'over', threshold: 1800, periodSeconds: fiveMinutes, periods: 2, missing: 'breaching' },
  },
  // The sender tells of it every few seconds: where it tells nothing, nothing is sent, and that counts as the same.
  'notices-late': {
    meaning: 'A notice of a change has waited for more than 2 minutes, or the function that sends them does not run.',
    watched: { sum: [{ label: 'lag', metric: 'notice_lag_seconds', statistic: 'Maximum' }] },
    ...{ goesOff: 'over', threshold: 120, periodSeconds: fiveMinutes, periods: 2, missing: 'breaching' },
  },
  'database-connections': {
    meaning: 'The database has more than 80 % of the connections it accepts.',
    watched: { sum: [{ label: 'connections', namespace: 'AWS/RDS', metric: 'DatabaseConnections', statistic: 'Maximum' }] },
    threshold: { share: 0.8, of: 'databaseConnections' },
    ...{ goesOff: 'over', periodSeconds: 60, periods: 5, missing: 'ignore' },
  },
  'database-storage': {
    meaning: 'Less than 20 % of the storage of the database is free.',
    watched: { sum: [{ label: 'free', namespace: 'AWS/RDS', metric: 'FreeStorageSpace', statistic: 'Minimum' }] },
    threshold: { share: 0.2, of: 'databaseStorageBytes' },
    ...{ goesOff: 'under', periodSeconds: fiveMinutes, periods: 2, missing: 'ignore' },
  },
  'database-busy': {
    meaning: 'The processor of the database has been busier than 80 % for 15 minutes.',
    watched: { sum: [{ label: 'busy', namespace: 'AWS/RDS', metric: 'CPUUtilization', statistic: 'Average' }] },
    ...{ goesOff: 'over', threshold: 80, periodSeconds: fiveMinutes, periods: 3, missing: 'ignore' },
  },
  'database-memory': {
    meaning: 'The database has less than 200 MB of free memory.',
    watched: { sum: [{ label: 'free', namespace: 'AWS/RDS', metric: 'FreeableMemory', statistic: 'Minimum' }] },
    ...{ goesOff: 'under', threshold: 200 * 1024 * 1024, periodSeconds: fiveMinutes, periods: 3, missing: 'ignore' },
  },
  'signing-key-old': {
    meaning: 'The key that signs is older than 335 days; keys are to be rotated every year.',
    watched: { sum: [{ label: 'age', metric: 'signing_key_age_days', statistic: 'Maximum' }] },
    ...{ goesOff: 'over', threshold: 335, periodSeconds: 3600, periods: 1, missing: 'ignore' },
  },
} as const satisfies Record<string, AlarmDescription>

/**
 * What RDS itself tells the topic of the alarms, by name; each has its section in docs/runbook.md too. Amazon RDS, "Amazon RDS event
 * categories and event messages".
 */
export const databaseEvents = {
  'database-failover': ['failover', 'failure', 'recovery'],
  'database-full': ['low storage'],
} as const

/** Lists the series that an alarm reads. */
export function seriesOf(watched: Watched): readonly Series[] {
  return 'sum' in watched ? watched.sum : [watched.part, ...watched.all]
}
