import { type StandardVariable, standardVariables } from '../../contract/template-language.ts'
import type { PendingItem } from '../../database/generation-logs.ts'
import type { TicketTemplate } from '../../template/compile.ts'
import { writeSamplePayload } from '../../trust/qr-payload.ts'
import { eventOf, guestOf, type TicketData } from '../guests/ticket-subject.ts'

type ShownTemplate = Pick<TicketTemplate, 'required' | 'examples'>

/**
 * Creates a sample ticket for previews, deterministically; no door accepts its code. `data` overrides
 * `sample`; missing facts come from examples: the event's, and the guest's that the template requires, or all
 * of them where nothing is given. A variable without an example shows its name.
 */
export function sampleItem({ required, examples }: ShownTemplate, sample: TicketData, data: TicketData): PendingItem {
  const given = { ...sample, ...data }
  const isGiven = Object.keys(given).length > 0
  const names = [...eventNames, ...(isGiven ? required : [...guestNames, ...required])]
  const made = Object.fromEntries(
    names
      .filter((name) => !(name in given) && !isImplied(name, given))
      .map((name) => [name, examples.get(name) ?? exampleOf(name)]),
  )
  const all = { ...made, ...given }
  const event = eventOf(sampleIds.eventId, all)
  const guest = guestOf(sampleIds.guestId, all, event)
  return {
    ...event,
    ...guest,
    item_id: 0,
    accepted_at: sampleMoment,
    made_at: sampleMoment,
    ticket_id: 0,
    ticket_code: sampleCode,
    qr_code_data: writeSamplePayload({ ticketCode: sampleCode, ...sampleIds, issuedAt: sampleMoment }),
    qr_options: {},
    template_id: 0,
    template_version: 0,
    guest_id: guest.id,
    facts: '',
    event_id: event.id,
    event_title: event.title,
    event_revision: 0,
    is_branded: false,
    event_details: event.details,
  }
}

const sampleIds = { eventId: 456, guestId: 123 }
const sampleMoment = new Date('2024-01-01T12:00:00Z')
const sampleCode = standardVariables.ticketCode.example

/** The variables derived from others, in the guest's language, which have no example of their own. */
const standards = Object.entries<StandardVariable>(standardVariables)
const derived = new Set([
  ...['eventDate', 'eventEndDate', 'entryTime', 'dir'],
  ...standards.flatMap(([name, { writtenFrom }]) => (writtenFrom ? [name] : [])),
])
const namesGivenBy = (...by: string[]) =>
  standards.flatMap(([name, { given }]) => (by.includes(given) && !derived.has(name) ? [name] : []))
const eventNames = namesGivenBy('event')
const guestNames = namesGivenBy('guest', 'data')

/** Checks whether other data implies a variable: a date in words, or a start without an end. */
function isImplied(name: string, given: TicketData): boolean {
  if (name === 'endsAt') return 'eventDate' in given || 'eventEndDate' in given || 'startsAt' in given
  return derived.has(name) || (name === 'startsAt' && ('eventDate' in given || 'endsAt' in given))
}

function exampleOf(name: string): string {
  const examples: Record<string, { example: string }> = standardVariables
  return (Object.hasOwn(examples, name) ? examples[name]?.example : undefined) ?? `‹${name}›`
}
