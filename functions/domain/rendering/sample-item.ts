import { type StandardVariable, standardVariables } from '../../contract/template-language.ts'
import type { PendingItem } from '../../database/generation-logs.ts'
import type { TicketTemplate } from '../../template/compile.ts'
import { writeSamplePayload } from '../../trust/qr-payload.ts'
import { eventOf, guestOf, type TicketData } from '../guests/ticket-subject.ts'

type ShownTemplate = Pick<TicketTemplate, 'required' | 'examples'>

/**
 * Makes up a ticket to show a template with: `data` over the template's sample. The event is made up where they say nothing of it; of the
 * guest what the template requires, or all that there are examples of where neither says anything. A required name that has no example
 * stands for itself, or is what the helper that takes it needs. Equal input gives an equal ticket, and no door takes its code.
 */
export function sampleItem({ required, examples }: ShownTemplate, sample: TicketData, data: TicketData): PendingItem {
  const given = { ...sample, ...data }
  const isGiven = Object.keys(given).length > 0
  const names = [...eventNames, ...(isGiven ? required : [...guestNames, ...required])]
  const made = Object.fromEntries(
    names.filter((name) => !(name in given) && !isSaid(name, given)).map((name) => [name, examples.get(name) ?? exampleOf(name)]),
  )
  const all = { ...made, ...given }
  const event = eventOf(sampleIds.eventId, all)
  const guest = guestOf(sampleIds.guestId, all, event)
  return {
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
    event_title: event.title,
    starts_at: event.starts_at,
    ends_at: event.ends_at,
    timezone: event.timezone,
    location: event.location,
    event_details: event.details,
  }
}

const sampleIds = { eventId: 456, guestId: 123 }
const sampleMoment = new Date('2024-01-01T12:00:00Z')
const sampleCode = standardVariables.ticketCode.example

/** Lists what is written out from other variables, in the guest's language, and so has no example of its own. */
const standards = Object.entries<StandardVariable>(standardVariables)
const derived = new Set([
  ...['eventDate', 'eventEndDate', 'entryTime', 'dir'],
  ...standards.flatMap(([name, { writtenFrom }]) => (writtenFrom ? [name] : [])),
])
const namesGivenBy = (...by: string[]) =>
  standards.flatMap(([name, { given }]) => (by.includes(given) && !derived.has(name) ? [name] : []))
const eventNames = namesGivenBy('event')
const guestNames = namesGivenBy('guest', 'data')

/** Tells whether a name is given otherwise: a date in words, or an end to a beginning that is made up. */
function isSaid(name: string, given: TicketData): boolean {
  if (name === 'endsAt') return 'eventDate' in given || 'eventEndDate' in given || 'startsAt' in given
  return derived.has(name) || (name === 'startsAt' && ('eventDate' in given || 'endsAt' in given))
}

function exampleOf(name: string): string {
  const examples: Record<string, { example: string }> = standardVariables
  return (Object.hasOwn(examples, name) ? examples[name]?.example : undefined) ?? `‹${name}›`
}
