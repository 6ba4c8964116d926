import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { routes } from '../../functions/contract/routes.ts'
import { batchParams, batchRequest } from '../../functions/contract/schemas.ts'
import { pathId } from '../../functions/contract/values.ts'
import { followBatch } from './batch-follower.ts'
import { readStatus } from './batch-pages.ts'
import { type CommandResult, summarize } from './batch-summary.ts'
import { BadInput, CommandFailure, exitCodes } from './failures.ts'
import type { Guest } from './guest-columns.ts'
import { readGuestFile } from './guest-file.ts'
import { readEventFile, registerEvent, registerGuests } from './guest-registration.ts'
import { PdfFolder } from './pdf-folder.ts'
import { formatCount } from './progress-line.ts'
import { detailsOf } from './schema-details.ts'
import type { Session, Work } from './session.ts'

const batchInput = z.object({
  event: pathId,
  guests: z.string(),
  eventFile: z.string().optional(),
  template: pathId.optional(),
  out: z.string().optional(),
  batchId: batchParams.shape.batchId.default(makeBatchId),
  priority: batchRequest.shape.options.unwrap().shape.priority,
})

/** Registers the guests of a file, sends them as a batch, follows it to its end, and fetches the PDFs on the way. */
export const sendBatch: Work<typeof batchInput> = {
  input: batchInput,
  run: async (session, input) => {
    const { service, progress } = session
    const guests = await readGuestFile(input.guests)
    const body = requestOf(input, guests)
    const event = input.eventFile === undefined ? undefined : await readEventFile(input.eventFile, input.event)
    const folder = await openFolder(session, input.out)
    const { batchId } = input
    return await withHint(async (setHint) => {
      setHint('No batch was sent.')
      if (event) await registerEvent(service, input.event, event)
      await registerGuests(service, { eventId: input.event, guests }, (count) =>
        progress.note(`${formatCount(count)} of ${formatCount(guests.length)} guests registered.`),
      )
      setHint(`Whether the batch was taken, this tells: ${session.commandLine(['status', batchId])}`)
      await service.call(routes['create-batch'], { body })
      progress.note(`Batch ${batchId} is taken.`)
      setHint(goOn(session, batchId, input.out))
      return summarize(await followBatch({ ...session, batchId, folder }), session.commandLine(['retry', batchId]))
    })
  },
}

const knownBatch = z.object({ batchId: batchParams.shape.batchId })
const followedBatch = knownBatch.extend({ follow: z.boolean().default(false), out: z.string().optional() })

/** Tells how a batch stands; follows it to its end, and fetches its PDFs, where that is wanted. */
export const showStatus: Work<typeof followedBatch> = {
  input: followedBatch,
  run: async (session, input) => {
    if (input.follow || input.out !== undefined) return await follow(session, input)
    const { tickets, nextCursor, ...status } = await readStatus(session.service, input.batchId, { limit: 1 })
    if (status.status !== 'processing') return await follow(session, input)
    const counts = [
      `${formatCount(status.processedCount)} of ${formatCount(status.totalCount)} tickets are done`,
      status.failedCount > 0 ? `${formatCount(status.failedCount)} of them failed` : '',
      status.estimatedCompletion ? `the last one is expected at ${status.estimatedCompletion}` : '',
    ]
    return {
      text: `${counts.filter(Boolean).join(', ')} (batch ${status.batchId}, processing).`,
      data: status,
      exitCode: status.failedCount > 0 ? exitCodes.incomplete : exitCodes.done,
    }
  },
}

/** Queues the failed tickets of a batch again; follows it to its end where that is wanted. */
export const retryBatch: Work<typeof followedBatch> = {
  input: followedBatch,
  run: async (session, input) => {
    const change = await session.service.call(routes['retry-batch'], { params: { batchId: input.batchId } })
    const text = `${countTickets(change.changedCount)} queued again (batch ${change.batchId}).`
    if (!input.follow && input.out === undefined) return { text, data: change, exitCode: exitCodes.done }
    session.progress.note(text)
    return await follow(session, input)
  },
}

/** Stops what has not been printed of a batch. */
export const cancelBatch: Work<typeof knownBatch> = {
  input: knownBatch,
  run: async ({ service }, { batchId }) => {
    const change = await service.call(routes['cancel-batch'], { params: { batchId } })
    return {
      text: `${countTickets(change.changedCount)} cancelled (batch ${change.batchId}, ${change.status}).`,
      data: change,
      exitCode: exitCodes.done,
    }
  },
}

async function follow(session: Session, { batchId, out }: { batchId: string; out?: string | undefined }): Promise<CommandResult> {
  const folder = await openFolder(session, out)
  return await withHint(async (setHint) => {
    setHint(goOn(session, batchId, out))
    return summarize(await followBatch({ ...session, batchId, folder }), session.commandLine(['retry', batchId]))
  })
}

function requestOf(input: z.output<typeof batchInput>, guests: readonly Guest[]): z.input<typeof batchRequest> {
  const request = {
    eventId: input.event,
    ...(input.template === undefined ? {} : { templateId: input.template }),
    guestIds: guests.map(({ guestId }) => guestId),
    options: { batchId: input.batchId, priority: input.priority },
  }
  const { error } = batchRequest.safeParse(request)
  if (!error) return request
  const message = `${input.guests} names ${formatCount(guests.length)} guests, which one batch does not take; nothing was sent.`
  throw new BadInput(message, detailsOf(error))
}

async function openFolder({ service }: Session, path: string | undefined): Promise<PdfFolder | undefined> {
  return path === undefined ? undefined : await PdfFolder.open(service, path)
}

/** Adds to any failure the sentence on how to go on that holds at the time. */
async function withHint(run: (setHint: (text: string) => void) => Promise<CommandResult>): Promise<CommandResult> {
  let hint = ''
  try {
    return await run((text) => {
      hint = text
    })
  } catch (error) {
    if (error instanceof CommandFailure) error.hint ??= hint
    throw error
  }
}

function goOn(session: Session, batchId: string, out: string | undefined): string {
  const words = ['status', batchId, '--follow', ...(out === undefined ? [] : ['--out', out])]
  return `The batch goes on without this command. To follow it: ${session.commandLine(words)}`
}

/** Makes an id that sorts by time and is the client's own, so that sending it twice makes one batch. */
function makeBatchId(): string {
  const time = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  return `batch-${time}-${randomBytes(3).toString('hex')}`
}

function countTickets(count: number): string {
  return count === 1 ? '1 ticket is' : `${formatCount(count)} tickets are`
}
