import pLimit from 'p-limit'
import type { Priority } from '../../contract/queues.ts'
import { sweepAges } from '../../contract/retries.ts'
import { measureStall } from '../../database/batch-progress.ts'
import { deleteOldKeys } from '../../database/idempotency-keys.ts'
import { completeJob, findLostJobs, type LostJob } from '../../database/jobs.ts'
import { findTicketsWithOrphans, markTicketsWithOrphans, unmarkTicketsWithOrphans } from '../../database/orphaned-objects.ts'
import { findAbandonedItems, findItemsToSend, findUnfinishedJobs, findUnpreparedJobs } from '../../database/work-items.ts'
import { traceWork } from '../../runtime/tracing.ts'
import type { Clients } from '../clients.ts'
import { failChunk } from './fail-chunk.ts'
import { sendItems } from './send-chunks.ts'

/**
 * The clients and settings of the sweeper. `afterSeconds` is the age at which unsettled work counts as lost,
 * `orphanedAfterSeconds` that of a file no ticket names: longer than a presigned URL lives, and clocks
 * differ.
 */
export interface SweepClients extends Clients<'sql' | 'storage' | 'queues' | 'preparer'> {
  afterSeconds: number
  orphanedAfterSeconds: number
}

/**
 * The counts of a sweep. `stallSeconds` is the time since the last progress of the most stalled batch,
 * undefined where it could not be read. `faults` are the errors of failed steps, which the next sweep
 * retries.
 */
export interface SweepReport {
  sentAgain: number
  prepared: number
  abandoned: number
  completed: number
  orphansDeleted: number
  keysDeleted: number
  stallSeconds: number | undefined
  faults: unknown[]
}

const cleanupConcurrency = 8

/**
 * Recovers from crashes and lost messages: prepares batches and queues lost chunks again, ends abandoned work,
 * and deletes orphaned objects and old Idempotency-Keys. A failing step stops no other. Idempotent.
 */
export async function sweep(clients: SweepClients): Promise<SweepReport> {
  const faults: unknown[] = []
  const attempt = <T>(step: () => Promise<T>) =>
    step().catch((error) => {
      faults.push(error)
      return undefined
    })
  const each = async <Job>(find: () => Promise<Job[]>, work: (job: Job) => Promise<unknown>) => {
    const jobs = (await attempt(find)) ?? []
    const faultsBefore = faults.length
    for (const job of jobs) await attempt(() => work(job))
    return jobs.length - (faults.length - faultsBefore)
  }
  const { sql, afterSeconds } = clients
  const prepared = await each(
    () => findUnpreparedJobs(sql, afterSeconds),
    (job) => repair(job, () => clients.preparer.start({ jobId: job.id })),
  )
  const sentHigh = (await attempt(() => sendLost(clients, 'high'))) ?? 0
  const sentNormal = (await attempt(() => sendLost(clients, 'normal'))) ?? 0
  const abandoned = (await attempt(() => endAbandoned(clients))) ?? 0
  const completed = await each(
    () => findUnfinishedJobs(sql, afterSeconds),
    (jobId) => sql.begin((transaction) => completeJob(transaction, jobId)),
  )
  const stallSeconds = await attempt(() => measureStall(sql))
  const keysDeleted = (await attempt(() => deleteOldKeys(sql))) ?? 0
  const orphansDeleted = (await attempt(() => deleteOrphans(clients))) ?? 0
  return { sentAgain: sentHigh + sentNormal, prepared, abandoned, completed, orphansDeleted, keysDeleted, stallSeconds, faults }
}

/**
 * Queues items that were never queued or, once no chunk in flight can settle them, that were queued before.
 */
async function sendLost(clients: SweepClients, priority: Priority): Promise<number> {
  const { sql, queues, afterSeconds } = clients
  const { waiting, active } = await queues.depth(priority)
  const olderThanSeconds = waiting + active === 0 ? afterSeconds : sweepAges.sentToBusyQueueSeconds
  const unsent = await findLostJobs(sql, { priority, olderThanSeconds: afterSeconds, sentToo: false })
  const sentToo = unsent.length === 0
  const lost = sentToo ? await findLostJobs(sql, { priority, olderThanSeconds, sentToo }) : unsent
  let sentAgain = 0
  for (const job of lost) {
    const items = await findItemsToSend(sql, job.id, { sentToo })
    // A renderer may have stored their files before it crashed.
    await markTicketsWithOrphans(
      sql,
      items.map(({ ticket_id }) => ticket_id),
    )
    const itemIds = items.map(({ id }) => id)
    await repair(job, () => sendItems(clients, job, itemIds))
    sentAgain += items.length
  }
  return sentAgain
}

/** Repairs a batch on behalf of the request for it, whose id is then in the log lines of what is sent again. */
async function repair({ request_id }: Pick<LostJob, 'request_id'>, work: () => Promise<void>): Promise<void> {
  await traceWork('sweep', { requestId: request_id ?? undefined }, work)
}

async function endAbandoned(clients: SweepClients): Promise<number> {
  const items = await findAbandonedItems(clients.sql, clients.afterSeconds)
  const reason = 'The ticket was not generated in time. Request it again.'
  for (const { id, job_id } of items) await failChunk(clients, { jobId: job_id, itemIds: [id] }, reason)
  return items.length
}

async function deleteOrphans({ sql, storage, orphanedAfterSeconds }: SweepClients): Promise<number> {
  const tickets = await findTicketsWithOrphans(sql, orphanedAfterSeconds)
  const limit = pLimit(cleanupConcurrency)
  const done = await Promise.all(
    tickets.map(({ id, event_id, pdf_file_path }) =>
      limit(async () => {
        const keep = { key: pdf_file_path, olderThanSeconds: orphanedAfterSeconds }
        return (await storage.removeOthers({ eventId: event_id, ticketId: id }, keep)) ? [id] : []
      }),
    ),
  )
  await unmarkTicketsWithOrphans(sql, done.flat(), orphanedAfterSeconds)
  return done.flat().length
}
