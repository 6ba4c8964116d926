import { gatewayMethods } from '../../../functions/contract/routes/gateway.ts'
import type { Route } from '../../../functions/contract/routes/route.ts'
import { routes } from '../../../functions/contract/routes/routes.ts'
import type { ApiHandler, GatewayRoute } from './api-gateway.ts'

/** Lists the service's routes at every path where API Gateway mounts them. */
export function mountRoutes(): GatewayRoute[] {
  return Object.entries<Route>(routes).flatMap(([name, route]) =>
    gatewayMethods(route).map((mount) => ({ name, ...mount, method: route.method, timeoutSeconds: route.timeoutSeconds })),
  )
}

/** Loads the handlers of all routes: the cold start of their functions. */
export async function loadHandlers(): Promise<Record<string, ApiHandler>> {
  const names = Object.keys(routes)
  const loaded = await Promise.all(names.map(async (name) => [name, await loadHandler(name)] as const))
  return Object.fromEntries(loaded)
}

async function loadHandler(name: string): Promise<ApiHandler> {
  const module: { handler: ApiHandler } = await import(`../../../functions/api/${name}.ts`)
  return module.handler
}
