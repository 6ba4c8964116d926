import * as example from '../examples/lists.ts'
import * as answer from '../schemas/list-answers.ts'
import { changesQuery, entriesQuery, guestsQuery, ticketsQuery } from '../schemas/lists.ts'
import { type Route, route } from './route.ts'

/** The routes by which Core lists what the service holds, and follows changes. */
export const listRoutes = {
  'list-events': route('core', 'GET /api/events', {
    summary: 'List events by id, or with updatedSince by change',
    query: changesQuery,
    success: { status: 200, description: 'One page of events.', data: answer.eventsAnswer },
    uses: ['sql'],
    example: { answer: example.eventsAnswer },
  }),
  'get-event': route('core', 'GET /api/events/{eventId}', {
    summary: 'Read an event with the counts of its guests and tickets',
    success: { status: 200, description: 'The event.', data: answer.eventDetails },
    errors: ['EVENT_NOT_FOUND'],
    uses: ['sql'],
    example: { answer: example.eventDetails },
  }),
  'list-guests': route('core', 'GET /api/events/{eventId}/guests', {
    summary: 'List or search the guests of an event, by id, or with updatedSince by change',
    query: guestsQuery,
    success: { status: 200, description: 'One page of guests.', data: answer.guestsAnswer },
    errors: ['EVENT_NOT_FOUND'],
    uses: ['sql'],
    example: { answer: example.guestsAnswer },
  }),
  'get-guest': route('core', 'GET /api/events/{eventId}/guests/{guestId}', {
    summary: 'Read a guest with its tickets and their scans',
    success: { status: 200, description: 'The guest, with the newest 1,000 scans of its tickets.', data: answer.guestDetails },
    uses: ['sql'],
    example: { answer: example.guestDetails },
  }),
  'list-tickets': route('core', 'GET /api/events/{eventId}/tickets', {
    summary: 'List the tickets of an event by id, or with updatedSince by change',
    query: ticketsQuery,
    success: {
      status: 200,
      description:
        'One page of tickets. With a status, a page may have fewer than the limit, or none: read on while nextCursor is not null.',
      data: answer.ticketsAnswer,
    },
    errors: ['EVENT_NOT_FOUND'],
    uses: ['sql'],
    example: { answer: example.ticketsAnswer },
  }),
  'list-entries': route('core', 'GET /api/events/{eventId}/entries', {
    summary: 'List the scans of an event, also refused and undone ones, by id, or with updatedSince by change',
    query: entriesQuery,
    success: { status: 200, description: 'One page of scans.', data: answer.entriesAnswer },
    errors: ['EVENT_NOT_FOUND'],
    uses: ['sql'],
    example: { answer: example.entriesAnswer },
  }),
  'get-attendance': route('core', 'GET /api/events/{eventId}/attendance', {
    summary: 'Count who came, in all and by ticket type, gate and hour; as CSV with the header Accept: text/csv',
    success: { status: 200, description: 'The counts.', data: answer.attendanceAnswer, csv: true },
    errors: ['EVENT_NOT_FOUND'],
    uses: ['sql'],
    example: { answer: example.attendanceAnswer },
  }),
} satisfies Record<string, Route>
