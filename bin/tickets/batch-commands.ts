import * as z from 'zod'
import { batchId } from '../../functions/contract/schemas/values.ts'
import { readStatus } from './batch-pages.ts'
import type { Session, Work } from './command.ts'
import { exitCodes } from './failures.ts'
import { destinationOptions, followBatch, openDestination } from './follow-batch.ts'
import { formatCount } from './progress-line.ts'
import type { CommandResult } from './report.ts'

const knownBatch = z.object({ batchId })
const followedBatch = knownBatch.extend({ follow: z.boolean().default(false), ...destinationOptions })

type FollowedBatch = z.output<typeof followedBatch>

/** Shows the progress of a batch. With --follow or --out, follows it to its end and downloads its PDFs. */
export const showStatus: Work<typeof followedBatch> = {
  input: followedBatch,
  run: async (session, input) => {
    if (isFollowed(input)) return await follow(session, input)
    const { tickets, nextCursor, ...status } = await readStatus(session.core, input.batchId, { limit: 1 })
    if (status.status !== 'processing') return await follow(session, input)
    const counts = [
      `${formatCount(status.processedCount)} of ${formatCount(status.totalCount)} tickets are done`,
      status.failedCount > 0 ? `${formatCount(status.failedCount)} of them failed` : '',
      status.estimatedCompletion ? `the last one is expected at ${status.estimatedCompletion}` : '',
    ]
    return {
      lines: [`${counts.filter(Boolean).join(', ')} (batch ${status.batchId}, processing).`],
      data: status,
      exitCode: status.failedCount > 0 ? exitCodes.incomplete : exitCodes.done,
    }
  },
}

/** Queues the failed tickets of a batch again. With --follow or --out, follows it to its end. */
export const retryBatch: Work<typeof followedBatch> = {
  input: followedBatch,
  run: async (session, input) => {
    const { data: change } = await session.core.retry_batch({ path: { batchId: input.batchId } })
    const text =
      change.changedCount === 0
        ? `No ticket of batch ${change.batchId} has failed, so none was queued again.`
        : `${countTickets(change.changedCount)} queued again (batch ${change.batchId}).`
    if (!isFollowed(input)) return { lines: [text], data: change, exitCode: exitCodes.done }
    session.progress.log(text)
    return await follow(session, input)
  },
}

/** Cancels the pending tickets of a batch. */
export const cancelBatch: Work<typeof knownBatch> = {
  input: knownBatch,
  run: async ({ core }, { batchId }) => {
    const { data: change } = await core.cancel_batch({ path: { batchId } })
    const text =
      change.changedCount > 0
        ? `${countTickets(change.changedCount)} cancelled (batch ${batchId}, ${change.status}).`
        : `No ticket of batch ${batchId} was waiting to be printed, so none was cancelled (the batch is ${change.status}).`
    return { lines: [text], data: change, exitCode: exitCodes.done }
  },
}

async function follow(session: Session, input: FollowedBatch): Promise<CommandResult> {
  return await followBatch(session, { batchId: input.batchId, destination: await openDestination(session, input) })
}

function isFollowed({ follow: isWanted, out, manifest }: FollowedBatch): boolean {
  return isWanted || out !== undefined || manifest !== undefined
}

function countTickets(count: number): string {
  return count === 1 ? '1 ticket is' : `${formatCount(count)} tickets are`
}
