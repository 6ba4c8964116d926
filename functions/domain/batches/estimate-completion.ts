import { measureThroughput } from '../../database/batch-progress.ts'
import type { Queryable } from '../../database/client.ts'

// The rate of one warm renderer on a slow core, assumed until the service has measured its own.
const unmeasuredTicketsPerSecond = 50

/** Estimates when a job will be done, from the recent throughput and the tickets queued before its end. */
export async function estimateCompletion(sql: Queryable, jobId: number): Promise<Date> {
  const { ticketsPerSecond, waitingBefore } = await measureThroughput(sql, jobId)
  return new Date(Date.now() + (waitingBefore / (ticketsPerSecond ?? unmeasuredTicketsPerSecond)) * 1000)
}
