import * as z from 'zod'
import { moment } from '../../functions/contract/schemas/times.ts'
import { doorRequest } from '../../functions/contract/schemas/trust.ts'
import { pagesOf } from '../client/core-client.ts'
import { defineCommand } from './command.ts'
import { ForeignAnswer } from './failures.ts'
import { eventOption, flag, option } from './options.ts'
import { formatCount } from './progress-line.ts'
import { type CommandResult, done } from './report.ts'

/** Makes a door pass, and shows the link that opens the door page with it. */
export const makeDoor = defineCommand({
  usage: 'door',
  description: 'Make a door pass: a link whose holder can scan tickets of one event.',
  examples: ["door --event 456 --label 'North gate'", 'door --event 456 --label Bar --expires 2026-06-12T23:00:00+02:00'],
  fields: {
    event: eventOption,
    label: option(doorRequest.shape.label, '<label>', 'name of the door'),
    expires: option(moment.optional(), '<time>', 'when the pass ends, like 2026-06-12T23:00:00+02:00 (default: in a day)'),
    guestList: flag('the pass may also find guests by name, and keep the guest list for when there is no network'),
  },
  run: async ({ core }, { event, label, expires, guestList }) => {
    const body = { label, expiresAt: expires, guestList }
    const { data: door } = await core.create_door({ path: { eventId: event }, body })
    const text = `Door ${door.doorId} (${door.label}) is open until ${door.expiresAt}. Whoever has this link can scan tickets:`
    return done([text, door.url], door)
  },
})

/** Lists the templates. */
export const listTemplates = defineCommand({
  usage: 'templates',
  description: 'List the templates.',
  examples: ['templates'],
  fields: {},
  run: async ({ core }) =>
    await list(
      pagesOf((query) => core.list_templates({ query })),
      ({ templates }) => templates,
      ({ templateId, name, version, status }) => [templateId, name, `version ${version}`, status],
    ),
})

/** Lists the events. */
export const listEvents = defineCommand({
  usage: 'events',
  description: 'List the events.',
  examples: ['events', 'events --json'],
  fields: {},
  run: async ({ core }) =>
    await list(
      pagesOf((query) => core.list_events({ query })),
      ({ events }) => events,
      ({ id, title, startsAt, location }) => [id, title, startsAt, location],
    ),
})

/** Lists the guests of an event; with --search, those whose name, e-mail address or ticket code begins with the text. */
export const listGuests = defineCommand({
  usage: 'guests',
  description: 'List or search the guests of an event.',
  examples: ['guests --event 456', 'guests --event 456 --search lovelace'],
  fields: {
    event: eventOption,
    search: option(
      z.string().min(1, 'must not be empty').optional(),
      '<text>',
      'the beginning of a name, an e-mail address or a ticket code',
    ),
  },
  run: async ({ core }, { event: eventId, search: q }) =>
    await list(
      pagesOf((query) => core.list_guests({ path: { eventId }, query: { ...query, q } })),
      ({ guests }) => guests,
      ({ guestId, firstName, lastName, ticketType, email }) => [guestId, `${firstName} ${lastName}`, ticketType, email],
    ),
})

/** Shows how many guests of an event came, by gate. */
export const showAttendance = defineCommand({
  usage: 'attendance',
  description: 'Show how many guests of an event have come.',
  examples: ['attendance --event 456'],
  fields: { event: eventOption },
  run: async ({ core }, { event: eventId }) => {
    const answer = await core.get_attendance({ path: { eventId } })
    if (typeof answer === 'string') throw new ForeignAnswer('The service answered with CSV instead of JSON.')
    const { totals, byGate } = answer.data
    const [entered, tickets, inside, refused] = [totals.entered, totals.tickets, totals.inside, totals.refused].map(formatCount)
    const gates = byGate.map(({ gate, entries }) => `  ${gate ?? 'without a gate'}: ${formatCount(entries)}`)
    const summary = `${entered} of ${tickets} tickets were used to enter; ${inside} are inside, ${refused} scans were refused.`
    return done([summary, ...gates], answer.data)
  },
})

/** Reads all pages of a list, a line for each row. */
async function list<Page, Row>(
  pages: AsyncIterable<Page>,
  rowsOf: (page: Page) => readonly Row[],
  cellsOf: (row: Row) => readonly (string | number | null)[],
): Promise<CommandResult> {
  const rows: Row[] = []
  for await (const page of pages) rows.push(...rowsOf(page))
  const lines = rows.map((row) => cellsOf(row).join('  '))
  return done(lines, rows)
}
