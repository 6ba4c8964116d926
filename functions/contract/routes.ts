import { batchRoutes } from './batch-routes.ts'
import { formatRoutes } from './format-routes.ts'
import type { Route } from './route.ts'
import { serviceRoutes } from './service-routes.ts'
import { templateRoutes } from './template-routes.ts'
import { ticketRoutes } from './ticket-routes.ts'
import { trustRoutes } from './trust-routes.ts'

/** Lists every route of the service by name. */
export const routes = {
  ...ticketRoutes,
  ...formatRoutes,
  ...batchRoutes,
  ...templateRoutes,
  ...trustRoutes,
  ...serviceRoutes,
} as const satisfies Record<string, Route>

/** Names one of the routes. */
export type RouteName = keyof typeof routes
