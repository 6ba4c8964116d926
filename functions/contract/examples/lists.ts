import { eventAnswer, guestsBody, ticketAnswer } from './tickets.ts'

const leadsOn = { nextCursor: null, watermark: null }
const updatedAt = '2024-01-01T12:00:01.000Z'
const { outdatedTickets: _count, ...facts } = eventAnswer
const event = { ...facts, updatedAt }

/** A page of events. */
export const eventsAnswer = { events: [event], ...leadsOn }

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
export const guestsAnswer = { guests, ...leadsOn }

const { id, ticketCode, status, guest, templateId, generatedAt, printedAt, outdated, expiresAt, checkedInAt, revokedAt } =
  ticketAnswer
const ticket = {
  ...{ id, ticketCode, status, guest, templateId, generatedAt, printedAt, outdated, expiresAt, checkedInAt, revokedAt },
  ...{ supersededBy: null, updatedAt },
}

/** A page of tickets. */
export const ticketsAnswer = { tickets: [ticket], ...leadsOn }

/** A guest with its tickets. */
export const guestDetails = { ...guests[0], tickets: [ticket] }
