import { batchRoutes } from './batches.ts'
import { formatRoutes } from './formats.ts'
import { emptyPaths } from './gateway.ts'
import { listRoutes } from './lists.ts'
import { privacyRoutes } from './privacy.ts'
import { type Route, route } from './route.ts'
import { serviceRoutes } from './service.ts'
import { templateRoutes } from './templates.ts'
import { ticketRoutes } from './tickets.ts'
import { trustRoutes } from './trust.ts'
import { walletRoutes } from './wallet.ts'

const known = {
  ...ticketRoutes,
  ...listRoutes,
  ...formatRoutes,
  ...batchRoutes,
  ...templateRoutes,
  ...trustRoutes,
  ...walletRoutes,
  ...privacyRoutes,
  ...serviceRoutes,
} as const satisfies Record<string, Route>

/** The chapters of the OpenAPI document: what each is about, and the routes that it holds. */
export const routeTags: Record<string, { description: string; holds: Readonly<Record<string, Route>> }> = {
  Tickets: { description: 'Events, guests and single tickets.', holds: ticketRoutes },
  Lists: {
    description: 'What there is, and what has changed: events, guests, tickets, entries and attendance.',
    holds: listRoutes,
  },
  Batches: { description: 'Many tickets at once.', holds: batchRoutes },
  Templates: { description: 'How tickets look.', holds: templateRoutes },
  Trust: { description: 'Codes at the door: validating, checking in, revoking, and what doors need.', holds: trustRoutes },
  Links: {
    description: 'What guests open from their links: pages, pictures, calendar entries and wallet passes.',
    holds: formatRoutes,
  },
  Wallets: { description: 'What Apple Wallet calls to keep its passes current.', holds: walletRoutes },
  Privacy: { description: 'All that is held of a guest, and how guests are erased.', holds: privacyRoutes },
  Service: { description: 'Health, this contract, and the pages that the service serves.', holds: serviceRoutes },
}

/** Every route of the service by name. */
export const routes = {
  ...known,
  'refuse-path': route('public', 'ANY /{proxy+}', {
    summary: 'Refuse an unknown path: for browsers with a page in their language',
    alsoAt: emptyPaths(known),
    success: { status: 404, description: 'The path is unknown.', media: ['text/html'] },
    errors: ['ROUTE_NOT_FOUND'],
  }),
} as const satisfies Record<string, Route>

/** The name of one of the routes. */
export type RouteName = keyof typeof routes
