import type { Branding } from '../../contract/schemas/branding.ts'
import type { SubjectRow } from '../../database/ticket-subject.ts'
import type { TicketDetails } from '../../database/tickets.ts'
import { findLabel } from '../../template/helpers/labels.ts'
import { writeFullName } from '../../template/helpers/person-name.ts'
import { isThere, shownText } from '../../template/helpers/shown-value.ts'
import { templateVariables } from '../../template/variables.ts'
import { type PassTicket, passFacts } from '../../wallet/pass-ticket.ts'

/** A ticket as its guest sees it, with labelled facts in the guest's language. */
export interface GuestTicket extends PassTicket {
  locale: string
  direction: 'ltr' | 'rtl'
}

/** The columns that a guest sees. */
type ShownTicket = SubjectRow & Pick<TicketDetails, 'ticket_code' | 'qr_code_data' | 'expires_at' | 'revoked_at'>

/** Converts a ticket to what its guest sees, in its event's branding; unknown facts are left out. */
export function guestTicketOf(ticket: ShownTicket, branding: Branding | null = null): GuestTicket {
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
    isRevoked: ticket.revoked_at !== null,
    locale,
    branding,
    direction: variables.dir === 'rtl' ? 'rtl' : 'ltr',
    facts: passFacts.flatMap(({ name, variable }) => {
      const value = known[variable]
      // As in a template, an object is not text.
      const isText = isThere(value) && typeof value !== 'object'
      return isText ? [{ name, label: findLabel(name, locale) ?? name, value: shownText(value, variable) }] : []
    }),
  }
}

/** Returns the times of a ticket's event for a calendar, or undefined where its start is unknown. */
export function calendarTimes({
  starts_at: start,
  ends_at: end,
}: TicketDetails): { start: Date; end: Date | undefined } | undefined {
  return start ? { start, end: end && end > start ? end : undefined } : undefined
}
