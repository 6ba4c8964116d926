import pLimit from 'p-limit'
import type { RenderQueue } from '../../aws/render-queue.ts'
import type { TicketEvents } from '../../aws/ticket-events.ts'
import type { TicketStorage } from '../../aws/ticket-storage.ts'
import type { Priority } from '../../contract/queues.ts'
import { sweepAges } from '../../contract/retries.ts'
import { measureStall } from '../../database/batch-progress.ts'
import type { Sql } from '../../database/client.ts'
import { completeJob, findLostJobs, findUnnotifiedJobs } from '../../database/jobs.ts'
import { findTicketsWithOrphans, forgetTicketsWithOrphans, noteTicketsWithOrphans } from '../../database/orphaned-objects.ts'
import { findAbandonedItems, findItemsToSend, findUnfinishedJobs } from '../../database/work-items.ts'
import { giveUpChunk } from './give-up-chunk.ts'
import { notifyCompleted } from './notify-completed.ts'
import { sendItems } from './send-chunks.ts'

/**
 * Is what the sweeper needs. `afterSeconds` is the age at which something unsettled counts as lost, `tidyAfterSeconds` the one at which a
 * file that no ticket names goes: longer than a presigned URL lives, with room for clocks.
 */
export interface SweepClients {
  sql: Sql
  storage: TicketStorage
  queues: RenderQueue
  topic: TicketEvents
  afterSeconds: number
  tidyAfterSeconds: number
}

/**
 * Counts what a sweep found. `stallSeconds` is how long the most stuck of the unfinished batches has made no progress, undefined where that
 * could not be read. `faults` are those of steps that failed, which the next sweep takes again.
 */
export interface SweepReport {
  sentAgain: number
  abandoned: number
  completed: number
  notified: number
  tidied: number
  stallSeconds: number | undefined
  faults: unknown[]
}

const tidiedAtOnce = 8

/**
 * Puts right what a crash or a lost message left: sends chunks again, ends jobs and singles that nobody ends, sends notifications that did
 * not go out, and deletes files that no ticket names. A step that fails keeps none of the others from being taken. Idempotent; two at once
 * do no harm.
 */
export async function sweep(clients: SweepClients): Promise<SweepReport> {
  const faults: unknown[] = []
  const attempt = <T>(step: () => Promise<T>) =>
    step().catch((error) => {
      faults.push(error)
      return undefined
    })
  const each = async (find: () => Promise<number[]>, work: (jobId: number) => Promise<unknown>) => {
    const jobIds = (await attempt(find)) ?? []
    const faultsBefore = faults.length
    for (const jobId of jobIds) await attempt(() => work(jobId))
    return jobIds.length - (faults.length - faultsBefore)
  }
  const { sql, afterSeconds } = clients
  const sentHigh = (await attempt(() => sendLost(clients, 'high'))) ?? 0
  const sentNormal = (await attempt(() => sendLost(clients, 'normal'))) ?? 0
  const abandoned = (await attempt(() => endAbandoned(clients))) ?? 0
  const completed = await each(
    () => findUnfinishedJobs(sql, afterSeconds),
    (jobId) => sql.begin((transaction) => completeJob(transaction, jobId)),
  )
  const notified = await each(
    () => findUnnotifiedJobs(sql, Math.min(afterSeconds, sweepAges.unnotifiedSeconds)),
    (jobId) => notifyCompleted(clients, jobId),
  )
  const stallSeconds = await attempt(() => measureStall(sql))
  const tidied = (await attempt(() => tidy(clients))) ?? 0
  return { sentAgain: sentHigh + sentNormal, abandoned, completed, notified, tidied, stallSeconds, faults }
}

/**
 * Sends again what was never sent; and what was sent, once the queue is empty, for then nothing that is under way could settle it.
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
    // Whoever had them may have stored files before it died.
    await noteTicketsWithOrphans(
      sql,
      items.map(({ ticket_id }) => ticket_id),
    )
    await sendItems(
      clients,
      job,
      items.map(({ id }) => id),
    )
    sentAgain += items.length
  }
  return sentAgain
}

async function endAbandoned(clients: SweepClients): Promise<number> {
  const items = await findAbandonedItems(clients.sql, clients.afterSeconds)
  const reason = 'Whoever asked for this ticket did not get it in time; ask again.'
  for (const { id, job_id } of items) await giveUpChunk(clients, { jobId: job_id, itemIds: [id] }, reason)
  return items.length
}

async function tidy({ sql, storage, tidyAfterSeconds }: SweepClients): Promise<number> {
  const tickets = await findTicketsWithOrphans(sql, tidyAfterSeconds)
  const limit = pLimit(tidiedAtOnce)
  const done = await Promise.all(
    tickets.map(({ id, event_id, pdf_file_path }) =>
      limit(async () => {
        const keep = { key: pdf_file_path, olderThanSeconds: tidyAfterSeconds }
        return (await storage.removeOthers({ eventId: event_id, ticketId: id }, keep)) ? [id] : []
      }),
    ),
  )
  await forgetTicketsWithOrphans(sql, done.flat(), tidyAfterSeconds)
  return done.flat().length
}
