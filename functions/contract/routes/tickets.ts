import * as example from '../examples/tickets.ts'
import { routeTimeouts } from '../retries.ts'
import { eventAnswer, generateAnswer, guestCounts, ticketAnswer } from '../schemas/answers.ts'
import { brandingAnswer, brandingRequest, eventPreviewAnswer, eventPreviewRequest } from '../schemas/branding.ts'
import { guestList, guestListQuery, guestListSkipping } from '../schemas/guests.ts'
import { event, generateRequest, linkQuery } from '../schemas/requests.ts'
import { choice } from '../schemas/values.ts'
import { type Route, route } from './route.ts'

/** The routes about events, guests and single tickets. */
export const ticketRoutes = {
  'register-event': route('core', 'PUT /api/events/{eventId}', {
    summary: 'Register or update an event',
    body: event,
    success: { status: 200, description: 'The event as it is stored.', data: eventAnswer },
    uses: ['sql'],
    example: { body: example.eventBody, answer: example.eventAnswer },
  }),
  'replace-branding': route('core', 'PUT /api/events/{eventId}/branding', {
    summary: 'Replace the logo, colours and other branding of an event; an empty object removes it',
    body: brandingRequest,
    success: { status: 200, description: 'The branding as it is stored, and what was mended.', data: brandingAnswer },
    errors: ['EVENT_NOT_FOUND', 'RENDER_FAILED', 'RENDER_TIMEOUT', 'QUEUE_UNAVAILABLE'],
    uses: ['sql', 'trials'],
    timeoutSeconds: routeTimeouts.longest,
    example: { body: example.brandingBody, answer: example.brandingAnswer },
  }),
  'preview-event': route('core', 'POST /api/events/{eventId}/preview', {
    summary:
      'Show every built-in design and the page for phones for a sample guest, in stored or tried branding; nothing is stored',
    body: eventPreviewRequest,
    success: { status: 200, description: 'Every form; no door takes their code.', data: eventPreviewAnswer },
    errors: ['EVENT_NOT_FOUND', 'TEMPLATE_INVALID', 'PDF_TOO_LARGE', 'RENDER_FAILED', 'RENDER_TIMEOUT', 'QUEUE_UNAVAILABLE'],
    uses: ['sql', 'trials'],
    timeoutSeconds: routeTimeouts.longest,
    example: { body: example.eventPreviewBody, answer: example.eventPreviewAnswer },
  }),
  'register-guests': route('core', 'PUT /api/events/{eventId}/guests', {
    summary: 'Register or update up to 10,000 guests of an event',
    query: guestListQuery,
    body: guestList,
    skippingBody: guestListSkipping,
    success: {
      status: 200,
      description:
        'How many guests were new and how many were known. With `onInvalid=skip`, also how many were left out since they are not valid, and the first 100 of them.',
      data: guestCounts,
    },
    errors: ['EVENT_NOT_FOUND'],
    uses: ['sql'],
    timeoutSeconds: routeTimeouts.bulk,
    bulk: true,
    example: { body: example.guestsBody, answer: example.guestCounts },
  }),
  'generate-ticket': route('core', 'POST /api/tickets/generate', {
    summary: 'Generate one ticket now; repeating it gives the same ticket and code',
    body: generateRequest,
    success: { status: 201, description: 'The ticket, printed and stored.', data: generateAnswer },
    errors: ['TEMPLATE_NOT_FOUND', 'TEMPLATE_ARCHIVED', 'MISSING_DATA', 'TEMPLATE_INVALID'],
    uses: ['sql', 'signer', 'links', 'renderer'],
    timeoutSeconds: routeTimeouts.longest,
    example: { body: example.generateBody, answer: example.generateAnswer },
  }),
  'get-ticket': route('core', 'GET /api/tickets/{ticketId}', {
    summary: 'Read one ticket',
    success: { status: 200, description: 'The ticket with its QR image, guest and event.', data: ticketAnswer },
    uses: ['sql', 'links'],
    example: { answer: example.ticketAnswer },
  }),
  'get-qr-code': route('link', 'GET /qr/{ticketId}', {
    summary: 'Show the QR code of a ticket as an image',
    query: linkQuery.extend({ format: choice(['png', 'svg']).default('png') }),
    success: { status: 200, description: 'The QR code.', media: ['image/png', 'image/svg+xml'] },
    uses: ['sql', 'links'],
  }),
  'get-pdf': route('link', 'GET /pdf/{ticketId}', {
    summary: 'Open the PDF of a ticket; an outdated or missing one is printed anew',
    query: linkQuery,
    success: { status: 302, description: 'The PDF is at an S3 address that lives for five minutes.', redirect: true },
    errors: ['TICKET_PRINTING', 'TEMPLATE_INVALID'],
    uses: ['sql', 'links', 'storage', 'renderer'],
    timeoutSeconds: routeTimeouts.longest,
  }),
} satisfies Record<string, Route>
