import ical, { ICalCalendarMethod } from 'ical-generator'
import type { Clients } from '../clients.ts'
import { FormatNotAvailableError } from '../errors.ts'
import { calendarTimes, guestTicketOf } from './guest-ticket.ts'
import { type LinkRequest, openLink } from './open-link.ts'

/**
 * Writes the calendar entry (RFC 5545) behind a guest link, in UTC. A guest has one entry per event, even
 * after a reissue; calendars replace it when the event changes (RFC 5546, section 3.2.1).
 * @throws What `openLink` throws, and FormatNotAvailableError when the event has no start.
 */
export async function writeCalendarEntry(clients: Clients<'sql' | 'links'>, request: LinkRequest) {
  const row = await openLink(clients, 'calendar', request)
  const times = calendarTimes(row)
  if (!times) throw new FormatNotAvailableError('The event of this ticket has no start time, so no calendar entry is available.')
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
    // PUBLISH requires an organizer; nobody reads replies.
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
