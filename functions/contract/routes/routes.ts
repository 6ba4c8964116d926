import { batchRoutes } from './batches.ts'
import { formatRoutes } from './formats.ts'
import type { Route } from './route.ts'
import { serviceRoutes } from './service.ts'
import { templateRoutes } from './templates.ts'
import { ticketRoutes } from './tickets.ts'
import { trustRoutes } from './trust.ts'
import { walletRoutes } from './wallet.ts'

/** Every route of the service by name. */
export const routes = {
  ...ticketRoutes,
  ...formatRoutes,
  ...batchRoutes,
  ...templateRoutes,
  ...trustRoutes,
  ...walletRoutes,
  ...serviceRoutes,
} as const satisfies Record<string, Route>

/** The name of one of the routes. */
export type RouteName = keyof typeof routes
