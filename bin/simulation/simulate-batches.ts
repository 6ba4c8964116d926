import { ticketsPerChunk } from '../../functions/contract/queues.ts'
import type { Stage } from '../../lib/stage.ts'
import { workload } from '../cost/workload.ts'

/** Batches that Core sends one after the other. `renderers` is the limit of concurrent renderers. */
export interface Load {
  tickets: number
  ticketsPerBatch: number
  renderers: number
}

/** The state of the service at the end of a second. */
export interface Moment {
  seconds: number
  accepted: number
  prepared: number
  generated: number
  renderers: number
}

/** A limit, and the most that the run used of it. */
export interface LimitUse {
  name: string
  peak: number
  limit: number
}

/** A simulated run. `bound` names the limit that held it back for the longest time. */
export interface Run {
  moments: Moment[]
  uses: LimitUse[]
  bound: string
}

/** Limits of AWS that a large batch runs into, as AWS documents them. Those of a stage are in lib/stage.ts. */
const awsLimits = {
  /** AWS Lambda, "Configuring scaling behavior for SQS event source mappings": pollers at the start, and more a minute. */
  pollersAtStart: 5,
  pollersPerMinute: 300,
  /** Amazon S3, "Best practices design patterns: optimizing performance": PUT requests a second for each partitioned prefix. */
  putsPerSecond: 3500,
  /** Amazon SQS quotas, "Quotas related to messages": received and not yet deleted, for each standard queue. */
  messagesInFlight: 120_000,
  /** Amazon RDS, "gp3 storage": the baseline below 400 GiB. */
  diskWritesPerSecond: 3000,
} as const

/** Cores of the instance sizes that stages use. Amazon RDS, "DB instance classes". */
const instanceCores: Record<string, number> = { small: 2, medium: 2, large: 2, xlarge: 4, '2xlarge': 8 }

const maximumSeconds = 7 * 86_400

/**
 * Simulates second by second how batches pass through acceptance, preparation and the renderers, with the measured times of
 * bin/cost/workload.ts and the limits of a stage and of AWS.
 * @throws Error when the stage has no database, or the tickets would take more than a week.
 */
export function simulateBatches(stage: Stage, load: Load): Run {
  const limits = limitsOf(stage, load)
  const moments: Moment[] = []
  const bounds = new Map<string, number>()
  const peaks = { puts: 0, database: 0, inFlight: 0 }
  let now: Moment = { seconds: 0, accepted: 0, prepared: 0, generated: 0, renderers: 0 }
  while (now.generated < load.tickets) {
    if (now.seconds >= maximumSeconds) throw new Error(`${load.tickets} tickets take more than a week.`)
    const waiting = now.prepared - now.generated
    const chunks = Math.ceil(waiting / ticketsPerChunk)
    const pollers = awsLimits.pollersAtStart + (awsLimits.pollersPerMinute * now.seconds) / 60
    const renderers = Math.min(limits.renderers, Math.floor(pollers), chunks)
    // A renderer prints nothing in the seconds of its cold start.
    const started = Math.max(0, renderers - now.renderers)
    const warm = renderers - started * Math.min(1, workload.coldStartSeconds)
    const rates = {
      'concurrent renderers': warm * limits.ticketsPerRenderer,
      'S3 PUT requests': awsLimits.putsPerSecond,
      'database cores': limits.settledPerSecond,
      'tickets prepared': waiting,
    }
    const [bound, rate] = Object.entries(rates).reduce((least, each) => (each[1] < least[1] ? each : least))
    bounds.set(bound, (bounds.get(bound) ?? 0) + 1)
    const printed = Math.min(rate, waiting)
    const busy = printed / limits.settledPerSecond
    const preparation = Math.min(limits.preparedPerSecond, (1 - busy) * limits.writtenPerSecond, now.accepted - now.prepared)
    peaks.puts = Math.max(peaks.puts, printed)
    peaks.database = Math.max(peaks.database, busy + preparation / limits.writtenPerSecond)
    peaks.inFlight = Math.max(peaks.inFlight, renderers)
    now = {
      seconds: now.seconds + 1,
      accepted: Math.min(load.tickets, Math.floor((now.seconds + 1) / limits.secondsPerBatch) * load.ticketsPerBatch),
      prepared: now.prepared + preparation,
      generated: now.generated + printed >= load.tickets - 0.5 ? load.tickets : now.generated + printed,
      renderers,
    }
    moments.push(now)
  }
  const [bound] = [...bounds].reduce((most, each) => (each[1] > most[1] ? each : most))
  return { moments, uses: describeUses(limits, peaks), bound }
}

type Limits = ReturnType<typeof limitsOf>

function limitsOf({ database, concurrency }: Stage, load: Load) {
  const cores = instanceCores[database?.instance.size ?? '']
  if (!database || cores === undefined) throw new Error('The simulation needs a stage with a database of a known size.')
  const { acceptSecondsPerBatch, prepareMs, databasePrepareMs, databaseSettleMs, renderMs } = workload
  const others = concurrency.prepareBatch + concurrency.renderNow + concurrency.deadLetter + concurrency.makeDownload
  return {
    // Each environment holds one connection.
    renderers: Math.min(load.renderers, database.maxConnections - others),
    ticketsPerRenderer: 1000 / renderMs,
    secondsPerBatch: acceptSecondsPerBatch,
    // A worker prepares one batch at a time.
    preparedPerSecond: (1000 / prepareMs) * Math.min(concurrency.prepareBatch, Math.ceil(load.tickets / load.ticketsPerBatch)),
    settledPerSecond: (1000 * cores) / databaseSettleMs,
    writtenPerSecond: (1000 * cores) / databasePrepareMs,
    cores,
    connections: database.maxConnections,
    others,
  }
}

function describeUses(limits: Limits, peaks: { puts: number; database: number; inFlight: number }): LimitUse[] {
  return [
    { name: 'concurrent renderers', peak: peaks.inFlight, limit: limits.renderers },
    { name: 'S3 PUT requests a second', peak: peaks.puts, limit: awsLimits.putsPerSecond },
    { name: 'database cores', peak: peaks.database * limits.cores, limit: limits.cores },
    { name: 'database connections', peak: peaks.inFlight + limits.others, limit: limits.connections },
    { name: 'SQS messages in flight', peak: peaks.inFlight, limit: awsLimits.messagesInFlight },
  ]
}
