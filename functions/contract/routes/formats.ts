import * as z from 'zod'
import { walletTypes } from '../environment.ts'
import { databaseErrors } from '../errors.ts'
import { routeTimeouts } from '../retries.ts'
import { ticketParams } from '../schemas/path-params.ts'
import { linkQuery } from '../schemas/requests.ts'
import type { Route } from './route.ts'

const link = ['FORBIDDEN', 'TICKET_NOT_FOUND', 'LINK_EXPIRED', ...databaseErrors] as const

/** The routes of the other forms in which guests can have their tickets. */
export const formatRoutes = {
  'get-png': {
    method: 'GET',
    path: '/png/{ticketId}',
    access: 'link',
    summary: 'Open the first page of a ticket as a picture; it is drawn when somebody first asks for it',
    params: ticketParams,
    query: linkQuery,
    success: { status: 302, description: 'The PNG is at an S3 address that lives for five minutes.', redirect: true },
    errors: [
      'TICKET_PRINTING',
      'TEMPLATE_INVALID',
      'RENDER_FAILED',
      'RENDER_TIMEOUT',
      'PDF_TOO_LARGE',
      'STORAGE_UNAVAILABLE',
      'QUEUE_UNAVAILABLE',
      ...link,
    ],
    uses: ['sql', 'links', 'storage', 'renderer'],
    timeoutSeconds: routeTimeouts.longest,
    example: { params: { ticketId: '789' } },
  },
  'get-mobile-ticket': {
    method: 'GET',
    path: '/t/{ticketId}',
    access: 'link',
    summary: 'Open a ticket as a page for phones, which works without a network from then on; browsers get errors as pages too',
    params: ticketParams,
    query: linkQuery,
    success: { status: 200, description: 'The page.', media: ['text/html'] },
    errors: link,
    uses: ['sql', 'links'],
    timeoutSeconds: routeTimeouts.lookup,
    example: { params: { ticketId: '789' } },
  },
  'get-mobile-ticket-worker': {
    method: 'GET',
    path: '/t/service-worker.js',
    access: 'public',
    summary: 'Load what keeps mobile tickets for when there is no network',
    success: { status: 200, description: 'The service worker.', media: ['text/javascript'] },
    errors: [],
    uses: [],
    timeoutSeconds: routeTimeouts.lookup,
    example: {},
  },
  'get-calendar-entry': {
    method: 'GET',
    path: '/calendar/{ticketId}',
    access: 'link',
    summary: 'Put the event of a ticket into a calendar',
    params: ticketParams,
    query: linkQuery,
    success: { status: 200, description: 'The entry as iCalendar (RFC 5545).', media: ['text/calendar'] },
    errors: ['FORMAT_NOT_AVAILABLE', ...link],
    uses: ['sql', 'links'],
    timeoutSeconds: routeTimeouts.lookup,
    example: { params: { ticketId: '789' } },
  },
  'get-wallet-pass': {
    method: 'GET',
    path: '/wallet/{ticketId}',
    access: 'link',
    summary: 'Put a ticket into a wallet: a pass for Apple Wallet, or on to Google Wallet',
    params: ticketParams,
    query: linkQuery.extend({ type: z.enum(walletTypes, `must be ${walletTypes.join(' or ')}`) }),
    success: {
      status: 200,
      description: 'The pass for Apple Wallet.',
      media: ['application/vnd.apple.pkpass'],
      elsewhere: { status: 302, description: 'Google Wallet saves the pass at this address.' },
    },
    errors: ['FORMAT_NOT_AVAILABLE', ...link],
    uses: ['sql', 'links', 'wallets'],
    timeoutSeconds: routeTimeouts.lookup,
    example: { params: { ticketId: '789' } },
  },
} as const satisfies Record<string, Route>
