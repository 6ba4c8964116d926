import { measureThroughput } from '../../database/batch-progress.ts'
import type { Queryable } from '../../database/client.ts'

// What one warm renderer process does on a slow core: assumed only until the service has measured itself.
const unmeasuredTicketsPerSecond = 50

/** Estimates when a job will be done, from the throughput measured lately and what waits before its end. */
export async function estimateCompletion(sql: Queryable, jobId: number): Promise<Date> {
  const { ticketsPerSecond, waitingBefore } = await measureThroughput(sql, jobId)
  return new Date(Date.now() + (waitingBefore / (ticketsPerSecond ?? unmeasuredTicketsPerSecond)) * 1000)
}
