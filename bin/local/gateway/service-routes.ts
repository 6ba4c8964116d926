import { functionOf, routeFunctions } from '../../../functions/contract/route-functions.ts'
import { gatewayMethods } from '../../../functions/contract/routes/gateway.ts'
import type { Route } from '../../../functions/contract/routes/route.ts'
import { routes } from '../../../functions/contract/routes/routes.ts'
import { dispatchRoutes, type RouteHandler } from '../../../functions/http/dispatch.ts'
import type { GatewayRoute } from './api-gateway.ts'

/** Loads the functions of routes, as deployed: the routes at every path where API Gateway mounts them. */
export async function loadServiceRoutes(): Promise<GatewayRoute[]> {
  const loaded = [...routeFunctions].map(async ([name, served]) => {
    const modules = Object.keys(served).map(async (route) => [route, await loadModule(route)] as const)
    return [name, dispatchRoutes(Object.fromEntries(await Promise.all(modules)))] as const
  })
  const handlers = new Map(await Promise.all(loaded))
  return Object.values<Route>(routes).flatMap((route) => {
    const name = functionOf(route)
    const handler = handlers.get(name)
    if (!handler) throw new Error(`The route ${route.path} has no handler.`)
    const { method, timeoutSeconds } = route
    return gatewayMethods(route).map((mount) => ({ name, method, timeoutSeconds, handler, ...mount }))
  })
}

async function loadModule(route: string): Promise<{ handler: RouteHandler }> {
  return await import(`../../../functions/api/${route}.ts`)
}
