import type * as z from 'zod'
import type { FieldProblem } from '../../contract/errors.ts'
import { fieldProblems } from '../../contract/field-problems.ts'
import { type ownData, ownTimes, ticketData } from '../../contract/schemas/guests.ts'
import { event } from '../../contract/schemas/requests.ts'
import type { DataValue } from '../../contract/schemas/values.ts'
import type { EventRow } from '../../database/events.ts'
import type { GuestRow } from '../../database/guests.ts'
import type { TemplateRow } from '../../database/templates.ts'
import { ValidationError } from '../../errors.ts'
import { templateVariables } from '../../template/variables.ts'

/** The data of a request about one guest, and possibly an unregistered event. */
export type TicketData = z.output<typeof ticketData>

/** The data of a request about one guest of a registered event. */
export type GuestData = z.output<typeof ownData>

/** Lists the required variables that guest and event lack. An empty event title counts as missing. */
export function missingVariables(template: TemplateRow, event: EventRow, guest: GuestRow): string[] {
  const variables = templateVariables({ ...guest, ...event, event_title: event.title || null, event_details: event.details })
  const needed = new Set(['eventName', ...template.required_variables])
  return [...needed].filter((name) => !Object.hasOwn(variables, name) || variables[name] === undefined)
}

const eventTitle = event.shape.title
const guestFields = new Set(['firstName', 'lastName', 'email', 'ticketType', 'locale'])

/**
 * Converts request data to a guest. Facts that repeat the event's are dropped; others are the guest's own.
 */
export function guestOf(guestId: number, data: GuestData, event: EventRow): GuestRow {
  const free = Object.entries(data).filter(([name, value]) => !guestFields.has(name) && !repeats(event, name, value))
  return {
    id: guestId,
    event_id: event.id,
    first_name: data.firstName ?? null,
    last_name: data.lastName ?? null,
    email: data.email ?? null,
    ticket_type: data.ticketType ?? null,
    locale: data.locale ?? null,
    data: Object.fromEntries(free.filter(isKnown)),
  }
}

/** Checks the order of a guest's own entry times, since start and end may come from different requests. */
export function timeProblems({ data }: GuestRow): FieldProblem[] {
  if (!Object.hasOwn(data, 'entryStartsAt') || !Object.hasOwn(data, 'entryEndsAt')) return []
  const issues = ownTimes.safeParse(data).error?.issues ?? []
  return issues.map(({ path, message }) => ({ path: ['data', ...path].join('.'), problem: message }))
}

function repeats(event: EventRow, name: string, value: DataValue | undefined): boolean {
  if (name === 'eventName' || name === 'title') return value === event.title
  if (name === 'eventDate' || name === 'eventEndDate') return value === event.details[name]
  if (name === 'location' || name === 'timezone') return value === event[name]
  if (name === 'startsAt') return Date.parse(String(value)) === event.starts_at?.getTime()
  return name === 'endsAt' && Date.parse(String(value)) === event.ends_at?.getTime()
}

/** Parses data about an unregistered event. @throws ValidationError that lists every invalid fact. */
export function readEventFacts(data: GuestData): TicketData {
  const { data: facts, error } = ticketData.safeParse(data, { reportInput: true })
  if (facts) return facts
  throw new ValidationError('The request is not valid; see details.', fieldProblems(error.issues, ['data']))
}

/** Converts the data of a request to an unregistered event; without a name, its title is empty. */
export function eventOf(eventId: number, data: TicketData): EventRow {
  const { eventDate, eventEndDate } = data
  return {
    id: eventId,
    title: data.eventName ?? eventTitle.safeParse(data.title).data ?? '',
    starts_at: data.startsAt ? new Date(data.startsAt) : null,
    ends_at: data.endsAt ? new Date(data.endsAt) : null,
    timezone: data.timezone ?? 'UTC',
    location: data.location ?? null,
    details: { ...(eventDate ? { eventDate } : {}), ...(eventEndDate ? { eventEndDate } : {}) },
  }
}

/** Merges the data of a request into a known guest, as `mergeGuests` writes it. */
export function mergeGuest(known: GuestRow, given: GuestRow): GuestRow {
  return {
    ...known,
    first_name: given.first_name ?? known.first_name,
    last_name: given.last_name ?? known.last_name,
    email: given.email ?? known.email,
    ticket_type: given.ticket_type ?? known.ticket_type,
    locale: given.locale ?? known.locale,
    data: { ...known.data, ...given.data },
  }
}

function isKnown(entry: [string, DataValue | undefined]): entry is [string, DataValue] {
  return entry[1] !== undefined
}
