import type { TicketDetails } from '../../database/tickets.ts'
import { findLabel } from '../../template/helpers/labels.ts'
import { writeFullName } from '../../template/helpers/person-name.ts'
import { isThere, shownText } from '../../template/helpers/shown-value.ts'
import { templateVariables } from '../../template/variables.ts'
import type { PassFact, PassTicket } from '../../wallet/pass-ticket.ts'

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
  ['entry', 'entryTime'],
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
    title: ticket.event_title,
    ticketCode: ticket.ticket_code,
    payload: ticket.qr_code_data,
    startsAt: ticket.starts_at ?? undefined,
    endsAt: ticket.ends_at ?? undefined,
    expiresAt: ticket.expires_at ?? undefined,
    locale,
    direction: variables.dir === 'rtl' ? 'rtl' : 'ltr',
    facts: facts.flatMap(([name, variable]) => {
      const value = known[variable]
      // What a template refuses to print as text is no fact here either.
      const isText = isThere(value) && typeof value !== 'object'
      return isText ? [{ name, label: findLabel(name, locale) ?? name, value: shownText(value, variable) }] : []
    }),
  }
}

/** Gives the times of a ticket's event for a calendar, or nothing where it is not known when that begins. */
export function calendarTimes({
  starts_at: start,
  ends_at: end,
}: TicketDetails): { start: Date; end: Date | undefined } | undefined {
  return start ? { start, end: end && end > start ? end : undefined } : undefined
}
