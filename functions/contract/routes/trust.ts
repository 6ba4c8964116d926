import { jwkSet as jwkSetExample } from '../examples/tickets.ts'
import * as example from '../examples/trust.ts'
import { routeTimeouts } from '../retries.ts'
import { jwkSet } from '../schemas/answers.ts'
import * as schema from '../schemas/trust.ts'
import * as answer from '../schemas/trust-answers.ts'
import { type Route, route } from './route.ts'

/** The routes that check codes at the door, and revoke or replace them. */
export const trustRoutes = {
  'get-ticket-keys': route('public', 'GET /.well-known/ticket-keys.json', {
    summary: 'Read the public keys that verify QR tokens',
    success: { status: 200, description: 'A JWK set (RFC 7517) of Ed25519 keys (RFC 8037).', document: jwkSet },
    uses: ['signer'],
    example: { answer: jwkSetExample },
  }),
  'validate-ticket': route('door', 'POST /api/tickets/validate', {
    summary: 'Tell whether a code or the text of a QR code is good, and if not, why',
    body: schema.validateRequest,
    success: { status: 200, description: 'The verdict, also where it is no.', data: answer.validateAnswer },
    uses: ['sql', 'signer', 'doors'],
    example: { body: example.validateBody, answer: example.validateAnswer },
  }),
  'check-in-ticket': route('door', 'POST /api/tickets/{ticketId}/check-in', {
    summary: 'Let a guest in; of many scans of a ticket the first wins',
    body: schema.checkInRequest,
    success: { status: 200, description: 'The guest is in, or with undo, out again.', data: answer.checkInAnswer },
    errors: ['ALREADY_CHECKED_IN', 'TICKET_REVOKED', 'TICKET_EXPIRED'],
    uses: ['sql', 'signer', 'doors'],
    example: { body: example.checkInBody, answer: example.checkInAnswer },
  }),
  'revoke-ticket': route('core', 'POST /api/tickets/{ticketId}/revoke', {
    summary: 'Revoke a code for good; repeating it changes nothing',
    success: { status: 200, description: 'The code lets nobody in any more.', data: answer.revokeAnswer },
    errors: ['TICKET_REVOKED'],
    uses: ['sql'],
    emergency: true,
    example: { answer: example.revokeAnswer },
  }),
  'reissue-ticket': route('core', 'POST /api/tickets/{ticketId}/reissue', {
    summary: 'Revoke a code and make a new one; repeating it gives the same new ticket',
    success: { status: 201, description: 'The new ticket, printed and stored.', data: answer.reissueAnswer },
    errors: ['TICKET_REVOKED', 'TEMPLATE_INVALID'],
    takesKey: 'keeps-answer',
    uses: ['sql', 'signer', 'links', 'renderer'],
    timeoutSeconds: routeTimeouts.longest,
    emergency: true,
    example: { answer: example.reissueAnswer },
  }),
  'reissue-key': route('core', 'POST /api/keys/{kid}/reissue', {
    summary: 'Reissue tickets that were signed with a retired key, as one batch a call',
    success: {
      status: 202,
      description: 'A batch is written down and queued, or nothing is left to do.',
      data: answer.reissueKeyAnswer,
    },
    errors: ['KEY_NOT_FOUND', 'KEY_IN_USE'],
    uses: ['sql', 'signer', 'queues', 'preparer'],
    timeoutSeconds: routeTimeouts.longest,
    bulk: true,
    emergency: true,
    example: { answer: example.reissueKeyAnswer },
  }),
  'list-revocations': route('door', 'GET /api/events/{eventId}/revocations', {
    summary: 'Read the revoked codes of an event as a signed list, for doors without a network',
    query: schema.revocationsQuery,
    success: { status: 200, description: 'The codes revoked after the number given.', data: answer.revocationsAnswer },
    errors: ['EVENT_NOT_FOUND'],
    uses: ['sql', 'signer', 'doors'],
    example: { answer: example.revocationsAnswer },
  }),
  'find-guests': route('door', 'GET /door/api/events/{eventId}/guests', {
    summary: 'Find guests at the door by name, e-mail, order or code, with a pass that may',
    query: schema.guestSearchQuery,
    success: { status: 200, description: 'Up to 20 tickets of guests that match.', data: answer.foundGuestsAnswer },
    uses: ['sql', 'doors'],
    example: { query: { q: 'ada' }, answer: example.foundGuestsAnswer },
  }),
  'get-guest-list': route('door', 'GET /door/api/events/{eventId}/guest-list', {
    summary: 'Read the guests that changed as a signed list, for doors without a network, with a pass that may',
    query: schema.revocationsQuery,
    success: { status: 200, description: 'The guests that changed after the number given.', data: answer.doorGuestListAnswer },
    uses: ['sql', 'signer', 'doors'],
    timeoutSeconds: routeTimeouts.bulk,
    example: { answer: example.doorGuestListAnswer },
  }),
  'create-door': route('core', 'POST /api/events/{eventId}/doors', {
    summary: 'Make a door pass: a link that lets its holder validate and check in, for one event',
    body: schema.doorRequest,
    success: { status: 201, description: 'The door with its pass.', data: answer.newDoorAnswer },
    errors: ['EVENT_NOT_FOUND'],
    takesKey: 'keeps-answer',
    uses: ['sql', 'doors'],
    example: { body: example.doorBody, answer: example.newDoorAnswer },
  }),
  'list-doors': route('core', 'GET /api/events/{eventId}/doors', {
    summary: 'List the doors of an event, without their passes',
    success: { status: 200, description: 'The doors, newest first.', data: answer.doorsAnswer },
    errors: ['EVENT_NOT_FOUND'],
    uses: ['sql'],
    example: { answer: { doors: [example.doorAnswer] } },
  }),
  'withdraw-door': route('core', 'POST /api/events/{eventId}/doors/{doorId}/withdraw', {
    summary: 'Withdraw a door pass; repeating it changes nothing',
    success: { status: 200, description: 'The pass opens nothing any more.', data: answer.doorAnswer },
    uses: ['sql'],
    emergency: true,
    example: { answer: { ...example.doorAnswer, withdrawnAt: '2024-06-14T20:00:00.000Z' } },
  }),
  'upload-scans': route('door', 'POST /api/events/{eventId}/scans', {
    summary: 'Hand in scans that were made offline; a scan id makes repeating it harmless',
    body: schema.scansRequest,
    success: { status: 200, description: 'What each scan came to, and the double entries.', data: answer.scansAnswer },
    errors: ['EVENT_NOT_FOUND'],
    uses: ['sql', 'signer', 'doors'],
    timeoutSeconds: routeTimeouts.bulk,
    example: { body: example.scansBody, answer: example.scansAnswer },
  }),
} satisfies Record<string, Route>
