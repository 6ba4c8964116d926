import * as listed from '../schemas/list-answers.ts'
import { eventAnswer, guestsBody, ticketAnswer } from './tickets.ts'

const continuation = { nextCursor: null, watermark: null }
const updatedAt = '2024-01-01T12:00:01.000Z'
const event = listed.eventsAnswer.shape.events.element.parse({ ...eventAnswer, updatedAt })

/** A page of events. */
export const eventsAnswer = { events: [event], ...continuation }

/** An event with its counts. */
export const eventDetails = {
  ...event,
  counts: { guests: 2, tickets: 2, revoked: 0, checkedIn: 1, inside: 1, outdated: 0 },
}

const guests = guestsBody.guests.map((guest) => ({
  ...{ email: null, ticketType: null, locale: null, data: {} },
  ...guest,
  updatedAt,
}))

/** A page of guests. */
export const guestsAnswer = { guests, ...continuation }

// Parsing drops what a list leaves out.
const ticket = listed.ticketsAnswer.shape.tickets.element.parse({ ...ticketAnswer, supersededBy: null, updatedAt })

/** A page of tickets. */
export const ticketsAnswer = { tickets: [ticket], ...continuation }

/** A page of scans. */
export const entriesAnswer = {
  entries: [
    {
      ...{
        id: 4711,
        ticketId: ticket.id,
        ticketCode: ticket.ticketCode,
        guestId: ticket.guest.id,
        direction: 'in',
        outcome: 'admitted',
        reason: null,
        doorId: 12,
      },
      ...{ gate: 'North', device: 'scanner 3', scanId: '0190f0a2-7c1e-7d3a-9b55-1f2e3d4c5b6a', offline: false },
      ...{ scannedAt: '2024-06-12T07:04:05.678Z', clamped: false, deviceTime: null },
      ...{ receivedAt: '2024-06-12T07:04:05.678Z', updatedAt: '2024-06-12T07:04:05.680Z' },
    },
  ],
  ...continuation,
}

/** A guest with its tickets and their scans. */
export const guestDetails = { ...guests[0], tickets: [{ ...ticket, entries: entriesAnswer.entries }] }

const ticketCounts = { tickets: 2, entered: 1, inside: 1 }
const scanCounts = { entries: 1, exits: 0, doubleEntries: 0 }

/** The attendance of an event. */
export const attendanceAnswer = {
  eventId: event.id,
  totals: { ...ticketCounts, ...scanCounts, refused: 3 },
  byTicketType: [{ ticketType: 'VIP', ...ticketCounts, ...scanCounts }],
  byGate: [{ gate: 'North', ...scanCounts, refused: 3 }],
  byHour: [{ from: '2024-06-12T07:00:00.000Z', ...scanCounts, refused: 3 }],
}
