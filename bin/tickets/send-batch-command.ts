import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { routes } from '../../functions/contract/routes/routes.ts'
import { batchParams, batchRequest } from '../../functions/contract/schemas/requests.ts'
import { pathId } from '../../functions/contract/schemas/values.ts'
import { BadInput } from './failures.ts'
import { destinationOptions, followToSummary, howToFollow, openDestination, withHint } from './follow-to-summary.ts'
import type { Guest } from './guest-columns.ts'
import { readGuestFile } from './guest-file.ts'
import { readEventFile, registerEvent, registerGuests } from './guest-registration.ts'
import { formatCount } from './progress-line.ts'
import type { CommandResult } from './report.ts'
import { detailsOf } from './schema-details.ts'
import type { Session, Work } from './session.ts'

const batchInput = z.object({
  event: pathId,
  guests: z.string().min(1, 'must name a file'),
  eventFile: z.string().min(1, 'must name a file').optional(),
  template: pathId.optional(),
  ...destinationOptions,
  batchId: batchParams.shape.batchId.default(makeBatchId),
  priority: batchRequest.shape.options.unwrap().shape.priority,
})

type BatchInput = z.output<typeof batchInput>

/**
 * Registers the guests of a file, sends them as a batch, follows it to its end, and fetches the PDFs
 * meanwhile.
 */
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

/**
 * Refuses a template that does not exist before anything is registered. The service alone knows whether an
 * archived one will do.
 */
async function checkTemplate({ service }: Session, templateId: number | undefined): Promise<void> {
  if (templateId !== undefined) await service.call(routes['get-template'], { params: { templateId } })
}

async function register({ service, progress }: Session, eventId: number, guests: readonly Guest[]): Promise<void> {
  await registerGuests(service, { eventId, guests }, (count) =>
    progress.note(`${formatCount(count)} of ${formatCount(guests.length)} guests registered.`),
  )
}

/**
 * A new batch never has a ticket at the time it is accepted; one that had ended by then and has tickets was
 * sent before.
 */
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

/** Makes an id that sorts by time and is the client's own, so that sending it twice makes one batch. */
function makeBatchId(): string {
  const time = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  return `batch-${time}-${randomBytes(3).toString('hex')}`
}
