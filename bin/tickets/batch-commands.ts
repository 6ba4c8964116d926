import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { routes } from '../../functions/contract/routes.ts'
import { batchParams, batchRequest } from '../../functions/contract/schemas.ts'
import { pathId } from '../../functions/contract/values.ts'
import { type Destination, followBatch } from './batch-follower.ts'
import { readStatus } from './batch-pages.ts'
import { summarize } from './batch-summary.ts'
import { BadInput, CommandFailure, exitCodes } from './failures.ts'
import type { Guest } from './guest-columns.ts'
import { readGuestFile } from './guest-file.ts'
import { readEventFile, registerEvent, registerGuests } from './guest-registration.ts'
import { PdfFolder } from './pdf-folder.ts'
import { formatCount } from './progress-line.ts'
import type { CommandResult } from './report.ts'
import { detailsOf } from './schema-details.ts'
import type { Session, Work } from './session.ts'

const files = {
  out: z.string().min(1, 'must name a folder').optional(),
  manifest: z.string().min(1, 'must name a file').optional(),
}

const batchInput = z.object({
  event: pathId,
  guests: z.string().min(1, 'must name a file'),
  eventFile: z.string().min(1, 'must name a file').optional(),
  template: pathId.optional(),
  ...files,
  batchId: batchParams.shape.batchId.default(makeBatchId),
  priority: batchRequest.shape.options.unwrap().shape.priority,
})

type BatchInput = z.output<typeof batchInput>

/** Registers the guests of a file, sends them as a batch, follows it to its end, and fetches the PDFs meanwhile. */
export const sendBatch: Work<typeof batchInput> = {
  input: batchInput,
  run: async (session, input) => {
    const { guests, notices } = await readGuestFile(input.guests)
    const body = requestOf(input, guests)
    const event = input.eventFile === undefined ? undefined : await readEventFile(input.eventFile, input.event)
    const destination = await openDestination(session, input)
    for (const notice of notices) session.progress.note(notice)
    return await withHint(async (setHint) => {
      setHint('No batch was sent.')
      await checkTemplate(session, input.template)
      if (event) await registerEvent(session.service, input.event, event)
      await register(session, input.event, guests)
      setHint(`To find out whether the batch was accepted: ${session.commandLine(['status', input.batchId])}`)
      const { status } = await session.service.call(routes['create-batch'], { body })
      session.progress.note(`The service has accepted batch ${input.batchId}.`)
      setHint(howToFollow(session, input))
      const result = await followToSummary(session, { ...input, destination })
      const repeated = status === 'processing' ? [] : describeRepetition(result.generatedCount)
      return withNotices(result, { said: notices, unsaid: repeated })
    })
  },
}

const knownBatch = z.object({ batchId: batchParams.shape.batchId })
const followedBatch = knownBatch.extend({ follow: z.boolean().default(false), ...files })

type FollowedBatch = z.output<typeof followedBatch>

/** Shows the progress of a batch; on request follows it to its end and fetches its PDFs. */
export const showStatus: Work<typeof followedBatch> = {
  input: followedBatch,
  run: async (session, input) => {
    if (isFollowed(input)) return await follow(session, input)
    const { tickets, nextCursor, ...status } = await readStatus(session.service, input.batchId, { limit: 1 })
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

/** Queues the failed tickets of a batch again; on request follows it to its end. */
export const retryBatch: Work<typeof followedBatch> = {
  input: followedBatch,
  run: async (session, input) => {
    const change = await session.service.call(routes['retry-batch'], { params: { batchId: input.batchId } })
    const text = `${countTickets(change.changedCount)} queued again (batch ${change.batchId}).`
    if (!isFollowed(input)) return { lines: [text], data: change, exitCode: exitCodes.done }
    session.progress.note(text)
    return await follow(session, input)
  },
}

/** Cancels the tickets of a batch that are not printed yet. */
export const cancelBatch: Work<typeof knownBatch> = {
  input: knownBatch,
  run: async ({ service }, { batchId }) => {
    const change = await service.call(routes['cancel-batch'], { params: { batchId } })
    return {
      lines: [`${countTickets(change.changedCount)} cancelled (batch ${change.batchId}, ${change.status}).`],
      data: change,
      exitCode: exitCodes.done,
    }
  },
}

async function follow(session: Session, input: FollowedBatch): Promise<CommandResult> {
  const destination = await openDestination(session, input)
  return await withHint(async (setHint) => {
    setHint(howToFollow(session, input))
    return await followToSummary(session, { ...input, destination })
  })
}

type Followed = { batchId: string; destination: Destination | undefined }

async function followToSummary(session: Session, { batchId, destination }: Followed) {
  const outcome = await followBatch({ ...session, batchId, destination })
  const summary = summarize(outcome, session.commandLine(['retry', batchId]))
  return { ...summary, generatedCount: outcome.status.generatedCount }
}

function isFollowed({ follow: isWanted, out, manifest }: FollowedBatch): boolean {
  return isWanted || out !== undefined || manifest !== undefined
}

/** Refuses a template that does not exist before anything is registered. The service alone knows whether an archived one will do. */
async function checkTemplate({ service }: Session, templateId: number | undefined): Promise<void> {
  if (templateId !== undefined) await service.call(routes['get-template'], { params: { templateId } })
}

async function register({ service, progress }: Session, eventId: number, guests: readonly Guest[]): Promise<void> {
  await registerGuests(service, { eventId, guests }, (count) =>
    progress.note(`${formatCount(count)} of ${formatCount(guests.length)} guests registered.`),
  )
}

/** A new batch never has a ticket at the time it is accepted; one that had ended by then and has tickets was sent before. */
function describeRepetition(generatedCount: number): string[] {
  if (generatedCount === 0) return []
  return ['This batch had ended before, so nothing was made anew. To make its tickets anew, use another --batch-id.']
}

/** Adds notices to a result: as data all of them, as text those that were not said on the way. */
function withNotices(
  { lines, data, exitCode }: CommandResult,
  notices: { said: readonly string[]; unsaid: readonly string[] },
): CommandResult {
  const all = [...notices.said, ...notices.unsaid]
  if (all.length === 0) return { lines, data, exitCode }
  return { lines: [...lines, ...notices.unsaid], data: { ...z.looseObject({}).parse(data), notices: all }, exitCode }
}

function requestOf(input: BatchInput, guests: readonly Guest[]): z.input<typeof batchRequest> {
  const request = {
    eventId: input.event,
    ...(input.template === undefined ? {} : { templateId: input.template }),
    guestIds: guests.map(({ guestId }) => guestId),
    options: { batchId: input.batchId, priority: input.priority },
  }
  const { error } = batchRequest.safeParse(request)
  if (!error) return request
  const message = `${input.guests} names ${formatCount(guests.length)} guests, more than one batch takes; nothing was sent.`
  throw new BadInput(message, detailsOf(error))
}

async function openDestination(
  { service }: Session,
  { out, manifest }: { out?: string | undefined; manifest?: string | undefined },
) {
  if (out === undefined && manifest !== undefined)
    throw new BadInput('--manifest lists the files of --out, so it needs --out <folder>.')
  return out === undefined ? undefined : { folder: await PdfFolder.open(service, out), manifest }
}

/** Adds to any failure the sentence on how to go on that holds at the time. */
async function withHint(run: (setHint: (text: string) => void) => Promise<CommandResult>): Promise<CommandResult> {
  let hint = ''
  try {
    return await run((text) => {
      hint = text
    })
  } catch (error) {
    if (error instanceof CommandFailure) error.hint ??= [hint]
    throw error
  }
}

function howToFollow(
  session: Session,
  input: { batchId: string; out?: string | undefined; manifest?: string | undefined },
): string {
  const { batchId, out, manifest } = input
  const wanted = [...(out === undefined ? [] : ['--out', out]), ...(manifest === undefined ? [] : ['--manifest', manifest])]
  const words = ['status', batchId, '--follow', ...wanted]
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
