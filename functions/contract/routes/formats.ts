import { walletTypes } from '../environment.ts'
import { routeTimeouts } from '../retries.ts'
import { linkQuery } from '../schemas/requests.ts'
import { choice } from '../schemas/values.ts'
import { type Route, route } from './route.ts'

/** The routes of the other formats of a guest's ticket. */
export const formatRoutes = {
  'get-png': route('link', 'GET /png/{ticketId}', {
    summary: 'Open the first page of a ticket as a picture; it is drawn when somebody first asks for it',
    query: linkQuery,
    success: { status: 302, description: 'The PNG is at an S3 address that lives for five minutes.', redirect: true },
    errors: ['TICKET_PRINTING', 'TEMPLATE_INVALID'],
    uses: ['sql', 'links', 'storage', 'renderer'],
    timeoutSeconds: routeTimeouts.longest,
  }),
  'get-mobile-ticket': route('link', 'GET /t/{ticketId}', {
    summary: 'Open a ticket as a page for phones, which works without a network from then on; browsers get errors as pages too',
    query: linkQuery,
    success: { status: 200, description: 'The page.', media: ['text/html'] },
    uses: ['sql', 'links'],
  }),
  'get-mobile-ticket-worker': route('public', 'GET /t/service-worker.js', {
    summary: 'Load what keeps mobile tickets for when there is no network',
    success: { status: 200, description: 'The service worker.', media: ['text/javascript'] },
  }),
  'get-calendar-entry': route('link', 'GET /calendar/{ticketId}', {
    summary: 'Put the event of a ticket into a calendar',
    query: linkQuery,
    success: { status: 200, description: 'The entry as iCalendar (RFC 5545).', media: ['text/calendar'] },
    errors: ['FORMAT_NOT_AVAILABLE'],
    uses: ['sql', 'links'],
  }),
  'get-wallet-pass': route('link', 'GET /wallet/{ticketId}', {
    summary: 'Put a ticket into a wallet: a pass for Apple Wallet, or on to Google Wallet',
    query: linkQuery.extend({ type: choice(walletTypes) }),
    success: {
      status: 200,
      description: 'The pass for Apple Wallet.',
      media: ['application/vnd.apple.pkpass'],
      elsewhere: { status: 302, description: 'Google Wallet saves the pass at this address.' },
    },
    errors: ['FORMAT_NOT_AVAILABLE'],
    uses: ['sql', 'links', 'wallets'],
  }),
} satisfies Record<string, Route>
