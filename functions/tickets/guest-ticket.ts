import type { TicketDetails } from '../database/tickets.ts'
import { findLabel } from '../pdf/labels.ts'
import { writeFullName } from '../pdf/person-name.ts'
import type { PassFact, PassTicket } from '../wallet/pass-ticket.ts'
import { templateVariables, timesOf } from './template-variables.ts'

/** Is a ticket as its guest reads it: its facts are in the guest's language, with labels. */
export interface GuestTicket extends PassTicket {
  locale: string
  direction: 'ltr' | 'rtl'
}

/** Names the facts in the order in which they are shown, with the variable that each is; what is not known is left out. */
const facts: readonly [PassFact['name'], string][] = [
  ['date', 'eventDate'],
  ['until', 'eventEndDate'],
  ['place', 'location'],
  ['holder', 'holder'],
  ['type', 'ticketType'],
  ['gate', 'gate'],
  ['section', 'section'],
  ['row', 'row'],
  ['seat', 'seat'],
  ['order', 'order'],
]

/** Lists what a guest reads on a ticket. */
export function guestTicketOf(ticket: TicketDetails): GuestTicket {
  const variables = templateVariables(ticket)
  const locale = ticket.locale ?? 'en'
  const holder = writeFullName({ firstName: ticket.first_name ?? '', lastName: ticket.last_name ?? '', locale })
  const known: Record<string, unknown> = { ...variables, holder }
  return {
    eventId: ticket.event_id,
    title: textOf(variables.eventName) ?? ticket.event_title,
    ticketCode: ticket.ticket_code,
    payload: ticket.qr_code_data,
    ...timesOf(ticket),
    expiresAt: ticket.expires_at ?? undefined,
    locale,
    direction: variables.dir === 'rtl' ? 'rtl' : 'ltr',
    facts: facts.flatMap(([name, variable]) => {
      const value = textOf(known[variable])
      return value ? [{ name, label: findLabel(name, locale) ?? name, value }] : []
    }),
  }
}

/** Gives the times of a ticket's event for a calendar, or nothing where it is not known when that begins. */
export function calendarTimes(ticket: TicketDetails): { start: Date; end: Date | undefined } | undefined {
  const { startsAt, endsAt } = timesOf(ticket)
  if (!startsAt || Number.isNaN(startsAt.getTime())) return undefined
  return { start: startsAt, end: endsAt && endsAt > startsAt ? endsAt : undefined }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
