import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import type { WakeUp } from '../contract/route-functions.ts'
import { gatewayMethods, withHead } from '../contract/routes/gateway.ts'
import type { Route } from '../contract/routes/route.ts'
import { routes } from '../contract/routes/routes.ts'

/** The Lambda handler of a route. */
export type RouteHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>

/**
 * Makes the handler of a function that answers several routes, from the modules of functions/api by route name. A
 * method that no route takes goes to one of the path's routes, which refuses it.
 * @throws Error for a path without a route in this function.
 */
export function dispatchRoutes(modules: Readonly<Record<string, { handler: RouteHandler }>>) {
  const served = Object.entries<Route>(routes).flatMap(([name, route]) => {
    const handler = modules[name]?.handler
    return handler ? gatewayMethods(route).map(({ path }) => ({ path, methods: withHead([route.method]), handler })) : []
  })
  return async (event: APIGatewayProxyEvent | WakeUp, context: Context): Promise<APIGatewayProxyResult | undefined> => {
    if ('wake' in event) return undefined
    const there = served.filter(({ path }) => path === event.resource)
    const found = there.find(({ methods }) => methods.includes(event.httpMethod)) ?? there[0]
    if (!found) throw new Error(`This function has no route at ${event.resource}.`)
    return await found.handler(event, context)
  }
}
