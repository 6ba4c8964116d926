import { functionOf, routeFunctions } from '../../../functions/contract/route-functions.ts'
import { gatewayMethods } from '../../../functions/contract/routes/gateway.ts'
import type { Route } from '../../../functions/contract/routes/route.ts'
import { routes } from '../../../functions/contract/routes/routes.ts'
import { dispatchRoutes, type RouteHandler } from '../../../functions/http/dispatch.ts'
import type { ApiHandler, GatewayRoute } from './api-gateway.ts'

/** Lists the service's routes at every path where API Gateway mounts them, each with the function that answers it. */
export function mountRoutes(): GatewayRoute[] {
  return Object.values<Route>(routes).flatMap((route) =>
    gatewayMethods(route).map((mount) => ({
      ...{ name: functionOf(route), method: route.method, timeoutSeconds: route.timeoutSeconds },
      ...mount,
    })),
  )
}

/** Loads the handlers of all functions of routes, as deployed: their cold start. */
export async function loadHandlers(): Promise<Record<string, ApiHandler>> {
  const loaded = [...routeFunctions].map(async ([name, served]) => {
    const modules = Object.keys(served).map(async (route) => [route, await loadModule(route)] as const)
    return [name, dispatchRoutes(Object.fromEntries(await Promise.all(modules)))] as const
  })
  return Object.fromEntries(await Promise.all(loaded))
}

async function loadModule(route: string): Promise<{ handler: RouteHandler }> {
  return await import(`../../../functions/api/${route}.ts`)
}
