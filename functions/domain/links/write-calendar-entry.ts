import ical, { ICalCalendarMethod } from 'ical-generator'
import type { Sql } from '../../database/client.ts'
import type { GuestLinks } from '../../trust/guest-links.ts'
import { FormatNotAvailableError } from '../errors.ts'
import { calendarTimes, guestTicketOf } from './guest-ticket.ts'
import { type LinkRequest, openLink } from './open-link.ts'

/**
 * Writes the calendar entry (RFC 5545) behind a guest link. Times are UTC, which every calendar shows in its own zone. A guest has one entry an
 * event, which a reissued ticket has too; calendars replace it when they load it again after the event has changed (RFC 5546, section 3.2.1).
 * @throws ForbiddenLinkError, LinkExpiredError when the link is not good, or the ticket retired.
 * @throws TicketNotFoundError when no ticket has this id.
 * @throws FormatNotAvailableError when it is not known when the event begins.
 */
export async function writeCalendarEntry(clients: { sql: Sql; links: GuestLinks }, request: LinkRequest) {
  const row = await openLink(clients, 'calendar', request)
  const times = calendarTimes(row)
  if (!times)
    throw new FormatNotAvailableError('It is not known when the event of this ticket begins, so no calendar can have it.')
  const ticket = guestTicketOf(row)
  const url = clients.links.make('t', row.id, request.expires)
  const { hostname } = new URL(url)
  const changedAt = new Date(Math.max(row.event_updated_at.getTime(), row.created_at.getTime()))
  const calendar = ical({
    prodId: { company: 'Ticket Generator Service', product: 'Tickets' },
    method: ICalCalendarMethod.PUBLISH,
  })
  const shown = ticket.facts.filter(({ name }) => !['date', 'until', 'place'].includes(name))
  calendar.createEvent({
    id: `event-${row.event_id}-guest-${row.guest_id}@${hostname}`,
    sequence: row.event_revision,
    stamp: changedAt,
    lastModified: changedAt,
    // PUBLISH asks for one; nobody is to be answered.
    organizer: { name: ticket.title, email: `noreply@${hostname}` },
    start: times.start,
    end: times.end ?? null,
    summary: ticket.title,
    location: ticket.facts.find(({ name }) => name === 'place')?.value ?? null,
    description: [...shown.map(({ label, value }) => `${label}: ${value}`), ticket.ticketCode].join('\n'),
    url,
  })
  return {
    media: 'text/calendar; charset=utf-8; method=PUBLISH',
    content: Buffer.from(calendar.toString()),
    headers: { 'content-disposition': `inline; filename="${ticket.ticketCode}.ics"` },
  }
}
