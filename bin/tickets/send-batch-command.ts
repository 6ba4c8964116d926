import { randomBytes } from 'node:crypto'
import * as z from 'zod'
import { batchRequest, mostGuests, uploadedList } from '../../functions/contract/schemas/requests.ts'
import { batchId } from '../../functions/contract/schemas/values.ts'
import { CoreError } from '../client/core-client.ts'
import { defineCommand, type Session } from './command.ts'
import { BadInput, ForeignAnswer } from './failures.ts'
import { destinationOptions, followBatch, openDestination } from './follow-batch.ts'
import type { Guest } from './guest-columns.ts'
import { readGuestFile } from './guest-file.ts'
import { readEventFile, registerGuests } from './guest-registration.ts'
import { eventOption, option, pathOption, templateOption } from './options.ts'
import { formatCount } from './progress-line.ts'
import type { CommandResult } from './report.ts'

const batchFields = {
  event: eventOption,
  guests: option(z.string().min(1, 'must name a file'), '<file>', 'CSV file of the guests; "-" for the standard input'),
  eventFile: pathOption('file', 'JSON file of the event, to register the event first'),
  template: templateOption,
  ...destinationOptions,
  batchId: option(
    batchId.default(makeBatchId),
    '<id>',
    'id of the batch; sending the same batch twice generates its tickets once (default: a new id)',
  ),
  priority: option(batchRequest.shape.options.unwrap().shape.priority, '<priority>', 'high or normal (default: normal)'),
}

type BatchInput = z.output<z.ZodObject<typeof batchFields>>

/** Registers the guests of a file, sends them as a batch, and follows it to its end, downloading the PDFs. */
export const sendBatch = defineCommand({
  usage: 'batch',
  description: 'Generate a ticket for every guest in a CSV file.',
  examples: [
    'batch --event 456 --guests guests.csv --out tickets/',
    'batch --event 456 --guests guests.csv --event-file event.json --template 2',
    'batch --event 456 --guests guests.csv --out tickets/ --manifest tickets.csv --batch-id gala-2026',
  ],
  notes: [
    'The first line of the CSV file names the columns guestId, firstName and lastName; email, ticketType and locale are optional.',
    'Any other column becomes data for the template. UTF-8 or UTF-16; commas, semicolons, tabs or | between cells.',
    '',
    'A ticket is saved as 0001-<last name>-<first name>-<ticket code>.pdf, numbered as in the CSV file.',
  ],
  fields: batchFields,
  run: async (session, input) => {
    const { guests, notices } = await readGuestFile(input.guests)
    checkCount(input, guests)
    const event = input.eventFile === undefined ? undefined : await readEventFile(input.eventFile, input.event)
    const destination = await openDestination(session, input)
    for (const notice of notices) session.progress.log(notice)
    session.hint = ['No batch was sent.']
    // A missing template is refused before anything is registered; the service decides on an archived one.
    if (input.template !== undefined) await session.core.get_template({ path: { templateId: input.template } })
    if (event) await session.core.register_event({ path: { eventId: input.event }, body: event })
    await registerGuests(session, input.event, guests)
    session.hint = [`To find out whether the batch was accepted: ${session.commandLine(['status', input.batchId])}`]
    const body = { ...requestOf(input), ...(await nameGuests(session, input.event, guests)) }
    const { status } = (await session.core.create_batch({ body })).data
    session.progress.log(`The service has accepted batch ${input.batchId}.`)
    const result = await followBatch(session, { batchId: input.batchId, destination })
    // A batch that had ended when it was accepted was sent before.
    const unshown = status !== 'processing' && result.generatedCount > 0 ? [repetition] : []
    return withNotices(result, { shown: notices, unshown })
  },
})

const repetition =
  'This batch had already ended, so no ticket was generated again. To generate its tickets again, use another --batch-id.'

/** Adds notices to a result: all of them to the data, and those not yet shown to the text. */
function withNotices(
  { lines, data, exitCode }: CommandResult,
  notices: { shown: readonly string[]; unshown: readonly string[] },
): CommandResult {
  const all = [...notices.shown, ...notices.unshown]
  if (all.length === 0) return { lines, data, exitCode }
  return { lines: [...lines, ...notices.unshown], data: { ...z.looseObject({}).parse(data), notices: all }, exitCode }
}

function requestOf(input: BatchInput) {
  return { eventId: input.event, templateId: input.template, options: { batchId: input.batchId, priority: input.priority } }
}

// A list of half a million ids, on a slow line.
const uploadTimeoutMs = 600_000

/** Lists the guests of a batch by id: in the request or, if there are too many, in an uploaded list. */
async function nameGuests({ core }: Session, eventId: number, guests: readonly Guest[]) {
  if (guests.length <= mostGuests) return { guestIds: guests.map(({ guestId }) => guestId) }
  const { uploadUrl, headers, guestListId } = (await core.create_guest_list({ path: { eventId } })).data
  const body = guests.map(({ guestId }) => `${JSON.stringify({ guestId })}\n`).join('')
  await core.fetch(uploadUrl, { method: 'PUT', headers, body, timeoutMs: uploadTimeoutMs }).catch((error: unknown) => {
    if (!(error instanceof CoreError) || error.isPassing) throw error
    throw new ForeignAnswer(`${error.address} refused the upload: ${error.excerpt}`)
  })
  return { guestListId }
}

function checkCount(input: BatchInput, { length }: readonly Guest[]): void {
  if (length <= uploadedList.mostGuests) return
  const most = formatCount(uploadedList.mostGuests)
  throw new BadInput(`${input.guests} lists ${formatCount(length)} guests; a batch takes at most ${most}. Nothing was sent.`)
}

/** Makes a batch id that sorts by time. Being the client's own, it makes retries idempotent. */
function makeBatchId(): string {
  const time = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  return `batch-${time}-${randomBytes(3).toString('hex')}`
}
