import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import * as z from 'zod'
import { downloadFormats } from '../../functions/contract/schemas/download.ts'
import { doorRequest } from '../../functions/contract/schemas/trust.ts'
import { batchId, moment, pathId } from '../../functions/contract/schemas/values.ts'
import { type Core, pagesOf, waitForDownload } from '../client/core-client.ts'
import { checkFilePath } from './atomic-file.ts'
import type { Work } from './command.ts'
import { exitCodes, FileNotWritten, ForeignAnswer } from './failures.ts'
import { formatCount } from './progress-line.ts'
import type { CommandResult } from './report.ts'

const done = (lines: readonly string[], data: unknown): CommandResult => ({ lines, data, exitCode: exitCodes.done })

const ofTicket = z.object({ ticketId: pathId })
const ofEvent = z.object({ event: pathId })

const newDoor = ofEvent.extend({
  label: doorRequest.shape.label,
  expires: moment.optional(),
  guestList: doorRequest.shape.guestList,
})

/** Makes a door pass, and shows the link that opens the door page with it. */
export const makeDoor: Work<typeof newDoor> = {
  input: newDoor,
  run: async ({ core }, { event, label, expires, guestList }) => {
    const { data: door } = await core.create_door({ path: { eventId: event }, body: { label, expiresAt: expires, guestList } })
    return done(
      [`Door ${door.doorId} (${door.label}) is open until ${door.expiresAt}. Whoever has this link can scan tickets:`, door.url],
      door,
    )
  },
}

/** Revokes a ticket. Idempotent. */
export const revokeTicket: Work<typeof ofTicket> = {
  input: ofTicket,
  run: async ({ core }, { ticketId }) => {
    const { data } = await core.revoke_ticket({ path: { ticketId } })
    return done([`${data.ticketCode} is revoked: it admits nobody any more.`], data)
  },
}

/** Replaces a ticket by one with a new code. */
export const reissueTicket: Work<typeof ofTicket> = {
  input: ofTicket,
  run: async ({ core }, { ticketId }) => {
    const { data } = await core.reissue_ticket({ path: { ticketId } })
    return done([`${data.ticketCode} (ticket ${data.ticketId}) replaces ticket ${ticketId}: ${data.pdfUrl}`], data)
  },
}

const checkIn = ofTicket.extend({
  gate: z.string().optional(),
  device: z.string().optional(),
  undo: z.boolean().default(false),
  out: z.boolean().default(false),
})

/** Checks a ticket in, or with --out out; --undo takes that back. */
export const checkInTicket: Work<typeof checkIn> = {
  input: checkIn,
  run: async ({ core }, { ticketId, gate, device, undo, out }) => {
    const { data } = await core.check_in_ticket({
      path: { ticketId },
      body: { gate, device, undo, direction: out ? 'out' : 'in' },
    })
    const what = out ? 'checked out' : 'checked in'
    return done([`${data.ticketCode} is ${undo ? `not ${what} any more` : what}.`], data)
  },
}

const download = z.object({
  batchId,
  format: z.enum(['pdf', 'zip'], 'must be pdf or zip').default('pdf'),
  out: z.string().min(1, 'must name a file').optional(),
})

/** Downloads all tickets of a batch as one file. */
export const downloadBatch: Work<typeof download> = {
  input: download,
  run: async (session, { batchId, format, out = `${batchId.replace(/[^\w.-]/g, '_')}.${format}` }) => {
    await checkFilePath('--out', out)
    const onProgress = (doneCount: number, totalCount: number) =>
      session.progress.log(`${formatCount(doneCount)} of ${formatCount(totalCount)} tickets are in the file.`)
    const { core, signal } = session
    const response = await fetch(await waitForDownload(core, { batchId, format }, { signal, onProgress }), { signal })
    if (!response.ok || !response.body)
      throw new ForeignAnswer(`The ${downloadFormats[format].media} file cannot be downloaded: status ${response.status}.`)
    await save(Readable.from(response.body), out)
    return done([`All tickets of batch ${batchId} are saved in ${out}.`], { batchId, file: out })
  },
}

async function save(content: Readable, file: string): Promise<void> {
  const temporary = `${file}.part`
  try {
    await pipeline(content, createWriteStream(temporary))
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw new FileNotWritten(file, error)
  }
}

const nothing = z.object({})
const search = ofEvent.extend({ search: z.string().min(1, 'must not be empty').optional() })

/** Lists the templates. */
export const listTemplates: Work<typeof nothing> = {
  input: nothing,
  run: async ({ core }) =>
    await list(
      pagesOf((query) => core.list_templates({ query })),
      ({ templates }) => templates,
      (one) => [...[one.templateId, one.name, `version ${one.version}`], one.status],
    ),
}

/** Lists the events. */
export const listEvents: Work<typeof nothing> = {
  input: nothing,
  run: async ({ core }) =>
    await list(
      pagesOf((query) => core.list_events({ query })),
      ({ events }) => events,
      (one) => [one.id, one.title, one.startsAt, one.location],
    ),
}

/** Lists the guests of an event, with --search those whose name, e-mail or code begins so. */
export const listGuests: Work<typeof search> = {
  input: search,
  run: async ({ core }, { event: eventId, search: q }) => {
    const pages = pagesOf((query) => core.list_guests({ path: { eventId }, query: { ...query, q } }))
    return await list(
      pages,
      ({ guests }) => guests,
      (one) => [one.guestId, `${one.firstName} ${one.lastName}`, one.ticketType, one.email],
    )
  },
}

/** Shows how many guests of an event came, by gate. */
export const showAttendance: Work<typeof ofEvent> = {
  input: ofEvent,
  run: async ({ core }, { event: eventId }) => {
    const attendance = await readAttendance(core, eventId)
    const { tickets, entered, inside, refused } = attendance.totals
    const gates = attendance.byGate.map(({ gate, entries }) => `  ${gate ?? 'without a gate'}: ${formatCount(entries)}`)
    return done(
      [
        `${formatCount(entered)} of ${formatCount(tickets)} tickets were used to enter; ${formatCount(inside)} are inside, ${formatCount(refused)} scans were refused.`,
        ...gates,
      ],
      attendance,
    )
  },
}

async function readAttendance(core: Core, eventId: number) {
  const answer = await core.get_attendance({ path: { eventId } })
  if (typeof answer === 'string') throw new ForeignAnswer('The service answered with CSV, which was not asked for.')
  return answer.data
}

/** Reads all pages of a list, a line for each row. */
async function list<Page, Row>(
  pages: AsyncIterable<Page>,
  rowsOf: (page: Page) => readonly Row[],
  cellsOf: (row: Row) => readonly (string | number | null)[],
): Promise<CommandResult> {
  const rows: Row[] = []
  for await (const page of pages) rows.push(...rowsOf(page))
  return done(
    rows.map((row) =>
      cellsOf(row)
        .map((cell) => cell ?? '')
        .join('  '),
    ),
    rows,
  )
}
