import { type ClientName, clientVariables } from './clients.ts'
import type { VariableName } from './environment.ts'
import { routeTimeouts } from './retries.ts'
import { gatewayMethods } from './routes/gateway.ts'
import type { Route } from './routes/route.ts'
import { routes } from './routes/routes.ts'

/** The clients that read the same secret: a function that holds one of them could be any of them. */
const keyHolders: readonly ClientName[] = ['signer', 'links', 'doors']

/**
 * Names the function that answers a route: routes for the same kind of caller, with the same rights and the same timeout, share one.
 * Kinds of callers stay apart, so that guests who open links in thousands do not use up the concurrency of Core or of doors.
 * @throws Error when `routeTimeouts` has no such timeout.
 */
export function functionOf({ access, timeoutSeconds, uses }: Route): string {
  const timeout = Object.entries(routeTimeouts).find(([, seconds]) => seconds === timeoutSeconds)
  if (!timeout) throw new Error(`routeTimeouts in contract/retries.ts has no timeout of ${timeoutSeconds} s.`)
  const rights = new Set(uses.map((client) => (keyHolders.includes(client) ? 'keys' : client)))
  return [access, timeout[0], ...[...rights].toSorted()].join('-')
}

/** The functions behind the API by name, each with its routes by name. */
export const routeFunctions: ReadonlyMap<string, Readonly<Record<string, Route>>> = new Map(
  [...Map.groupBy(Object.entries<Route>(routes), ([, route]) => functionOf(route))].map(([name, served]) => [
    name,
    Object.fromEntries(served),
  ]),
)

/** The event by which a clock keeps a function of routes from becoming inactive: it starts the function, which answers nothing. */
export interface WakeUp {
  wake: true
}

/** Lists the environment variables that a function of routes reads: its clients', its own, and who may call it where callers sign. */
export function routeVariables(served: readonly Route[]): VariableName[] {
  const isSigned = served.flatMap(gatewayMethods).some(({ authorization }) => authorization === 'iam')
  const own = served.flatMap(({ uses, variables = [] }) => [...uses.flatMap((client) => clientVariables[client]), ...variables])
  return [...new Set<VariableName>(isSigned ? [...own, 'ALLOWED_CALLERS'] : own)]
}
