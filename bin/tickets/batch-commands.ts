import * as z from 'zod'
import { downloadFormats } from '../../functions/contract/schemas/download.ts'
import { batchId } from '../../functions/contract/schemas/values.ts'
import { waitForDownload } from '../client/core-client.ts'
import { checkFilePath, writeAtomically } from './atomic-file.ts'
import { readStatus } from './batch-pages.ts'
import { defineCommand, type Session } from './command.ts'
import { exitCodes, ForeignAnswer } from './failures.ts'
import { destinationOptions, followBatch, openDestination } from './follow-batch.ts'
import { flag, option, pathOption } from './options.ts'
import { formatCount } from './progress-line.ts'
import { type CommandResult, done } from './report.ts'

const followedBatch = { batchId, follow: flag('wait for the batch to end, with a progress bar'), ...destinationOptions }

type FollowedBatch = z.output<z.ZodObject<typeof followedBatch>>

/** Shows the progress of a batch. With --follow or --out, follows it to its end and downloads its PDFs. */
export const showStatus = defineCommand({
  usage: 'status <batchId>',
  description: 'Show the progress of a batch, follow it, and save its PDFs.',
  examples: ['status batch-789', 'status batch-789 --follow', 'status batch-789 --out tickets/ --manifest tickets.csv'],
  notes: ['With --out, a reissued ticket is saved with its new code, and the file of its former code is removed.'],
  fields: followedBatch,
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
})

/** Queues the failed tickets of a batch again. With --follow or --out, follows it to its end. */
export const retryBatch = defineCommand({
  usage: 'retry <batchId>',
  description: 'Queue the failed tickets of a batch again.',
  examples: ['retry batch-789', 'retry batch-789 --out tickets/'],
  fields: followedBatch,
  run: async (session, input) => {
    const { data: change } = await session.core.retry_batch({ path: { batchId: input.batchId } })
    const text =
      change.changedCount === 0
        ? `No ticket of batch ${change.batchId} has failed, so none was queued again.`
        : `${countTickets(change.changedCount)} queued again (batch ${change.batchId}).`
    if (!isFollowed(input)) return done([text], change)
    session.progress.log(text)
    return await follow(session, input)
  },
})

/** Cancels the pending tickets of a batch. */
export const cancelBatch = defineCommand({
  usage: 'cancel <batchId>',
  description: 'Cancel the tickets of a batch that are not printed yet.',
  examples: ['cancel batch-789'],
  fields: { batchId },
  run: async ({ core }, { batchId }) => {
    const { data: change } = await core.cancel_batch({ path: { batchId } })
    const text =
      change.changedCount > 0
        ? `${countTickets(change.changedCount)} cancelled (batch ${batchId}, ${change.status}).`
        : `No ticket of batch ${batchId} was waiting to be printed, so none was cancelled (the batch is ${change.status}).`
    return done([text], change)
  },
})

/** Downloads all tickets of a batch as one file. */
export const downloadBatch = defineCommand({
  usage: 'download <batchId>',
  description: 'Download all tickets of a batch as one PDF or ZIP file.',
  examples: ['download batch-789', 'download batch-789 --format zip --out tickets.zip'],
  fields: {
    batchId,
    format: option(z.enum(['pdf', 'zip'], 'must be pdf or zip').default('pdf'), '<format>', 'pdf or zip (default: pdf)'),
    out: pathOption('file', 'the file to write (default: <batchId>.pdf or .zip)'),
  },
  run: async ({ core, signal, progress }, { batchId, format, out = `${batchId.replace(/[^\w.-]/g, '_')}.${format}` }) => {
    await checkFilePath('--out', out)
    const onProgress = (doneCount: number, totalCount: number) =>
      progress.log(`${formatCount(doneCount)} of ${formatCount(totalCount)} tickets are in the file.`)
    const { ok, status, body } = await fetch(await waitForDownload(core, { batchId, format }, { signal, onProgress }), { signal })
    if (!ok || !body) throw new ForeignAnswer(`The ${downloadFormats[format].media} file cannot be downloaded: status ${status}.`)
    await writeAtomically(out, body)
    return done([`All tickets of batch ${batchId} are saved in ${out}.`], { batchId, file: out })
  },
})

async function follow(session: Session, input: FollowedBatch): Promise<CommandResult> {
  return await followBatch(session, { batchId: input.batchId, destination: await openDestination(session, input) })
}

function isFollowed({ follow: isWanted, out, manifest }: FollowedBatch): boolean {
  return isWanted || out !== undefined || manifest !== undefined
}

function countTickets(count: number): string {
  return count === 1 ? '1 ticket is' : `${formatCount(count)} tickets are`
}
