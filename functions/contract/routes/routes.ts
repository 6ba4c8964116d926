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
