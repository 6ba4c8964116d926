import * as z from 'zod'
import { databaseErrors, printingErrors } from '../errors.ts'
import * as example from '../examples/tickets.ts'
import { routeTimeouts } from '../retries.ts'
import { eventAnswer, generateAnswer, guestCounts, ticketAnswer } from '../schemas/answers.ts'
import { guestList, guestListQuery, guestListSkipping } from '../schemas/guests.ts'
import { eventParams, ticketParams } from '../schemas/path-params.ts'
import { event, generateRequest, linkQuery } from '../schemas/requests.ts'
import type { Route } from './route.ts'

/** The routes about events, guests and single tickets. */
export const ticketRoutes = {
  'register-event': {
    method: 'PUT',
    path: '/api/events/{eventId}',
    access: 'core',
    summary: 'Register or update an event',
    params: eventParams,
    body: event,
    success: { status: 200, description: 'The event as it is stored.', data: eventAnswer },
    errors: databaseErrors,
    uses: ['sql'],
    timeoutSeconds: routeTimeouts.lookup,
    example: { params: { eventId: '456' }, body: example.eventBody, answer: example.eventAnswer },
  },
  'register-guests': {
    method: 'PUT',
    path: '/api/events/{eventId}/guests',
    access: 'core',
    summary: 'Register or update up to 10,000 guests of an event',
    params: eventParams,
    query: guestListQuery,
    body: guestList,
    skippingBody: guestListSkipping,
    success: {
      status: 200,
      description:
        'How many guests were new and how many were known. With `onInvalid=skip`, also how many were left out since they are not valid, and the first 100 of them.',
      data: guestCounts,
    },
    errors: ['EVENT_NOT_FOUND', ...databaseErrors],
    uses: ['sql'],
    timeoutSeconds: routeTimeouts.bulk,
    bulk: true,
    example: { params: { eventId: '456' }, body: example.guestsBody, answer: example.guestCounts },
  },
  'generate-ticket': {
    method: 'POST',
    path: '/api/tickets/generate',
    access: 'core',
    summary: 'Generate one ticket now; repeating it gives the same ticket and code',
    body: generateRequest,
    success: { status: 201, description: 'The ticket, printed and stored.', data: generateAnswer },
    errors: ['TEMPLATE_NOT_FOUND', 'TEMPLATE_ARCHIVED', 'MISSING_DATA', ...printingErrors],
    uses: ['sql', 'signer', 'links', 'renderer'],
    timeoutSeconds: routeTimeouts.longest,
    example: { body: example.generateBody, answer: example.generateAnswer },
  },
  'get-ticket': {
    method: 'GET',
    path: '/api/tickets/{ticketId}',
    access: 'core',
    summary: 'Read one ticket',
    params: ticketParams,
    success: { status: 200, description: 'The ticket with its QR image, guest and event.', data: ticketAnswer },
    errors: ['TICKET_NOT_FOUND', ...databaseErrors],
    uses: ['sql', 'links'],
    timeoutSeconds: routeTimeouts.lookup,
    example: { params: { ticketId: '789' }, answer: example.ticketAnswer },
  },
  'get-qr-code': {
    method: 'GET',
    path: '/qr/{ticketId}',
    access: 'link',
    summary: 'Show the QR code of a ticket as an image',
    params: ticketParams,
    query: linkQuery.extend({ format: z.enum(['png', 'svg'], 'must be png or svg').default('png') }),
    success: { status: 200, description: 'The QR code.', media: ['image/png', 'image/svg+xml'] },
    errors: ['TICKET_NOT_FOUND', 'LINK_EXPIRED', ...databaseErrors],
    uses: ['sql', 'links'],
    timeoutSeconds: routeTimeouts.lookup,
    example: { params: { ticketId: '789' } },
  },
  'get-pdf': {
    method: 'GET',
    path: '/pdf/{ticketId}',
    access: 'link',
    summary: 'Open the PDF of a ticket; an outdated or missing one is printed anew',
    params: ticketParams,
    query: linkQuery,
    success: { status: 302, description: 'The PDF is at an S3 address that lives for five minutes.', redirect: true },
    errors: ['TICKET_NOT_FOUND', 'LINK_EXPIRED', 'TICKET_PRINTING', ...printingErrors],
    uses: ['sql', 'links', 'storage', 'renderer'],
    timeoutSeconds: routeTimeouts.longest,
    example: { params: { ticketId: '789' } },
  },
} as const satisfies Record<string, Route>
