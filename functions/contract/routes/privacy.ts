import * as example from '../examples/privacy.ts'
import { routeTimeouts } from '../retries.ts'
import { eventErasure, guestErased } from '../schemas/erasures.ts'
import { guestExport } from '../schemas/guest-export.ts'
import { type Route, route } from './route.ts'

/** The routes for guests who ask what is held about them, or to be forgotten. */
export const privacyRoutes = {
  'export-guest': route('core', 'GET /api/events/{eventId}/guests/{guestId}/export', {
    summary: 'Export all that is held about a guest (GDPR, articles 15 and 20)',
    success: { status: 200, description: 'The guest with tickets, prints, entries, audit and wallets.', data: guestExport },
    errors: ['EVENT_NOT_FOUND'],
    uses: ['sql', 'links'],
    example: { answer: example.guestExport },
  }),
  'erase-guest': route('core', 'DELETE /api/events/{eventId}/guests/{guestId}', {
    summary: 'Erase a guest for good: data, files and wallet passes; codes are revoked and stay without the guest',
    success: { status: 200, description: 'The guest is erased, now or before.', data: guestErased },
    errors: ['EVENT_NOT_FOUND', 'STORAGE_UNAVAILABLE', 'DATABASE_UNAVAILABLE', 'QUEUE_UNAVAILABLE'],
    uses: ['eraser'],
    timeoutSeconds: routeTimeouts.dependent,
    example: { answer: example.guestErased },
  }),
  'erase-event': route('core', 'DELETE /api/events/{eventId}', {
    summary: 'Erase all guests whom an event has now; the event itself stays',
    success: {
      status: 202,
      description: 'The guests are being erased; a notice `guest.erased` tells of each.',
      data: eventErasure,
    },
    errors: ['EVENT_NOT_FOUND', 'DATABASE_UNAVAILABLE', 'QUEUE_UNAVAILABLE'],
    uses: ['eraser'],
    timeoutSeconds: routeTimeouts.dependent,
    example: { answer: example.eventErasure },
  }),
} satisfies Record<string, Route>
