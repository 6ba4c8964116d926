import { type ClientName, clientVariables } from './clients.ts'
import type { VariableName } from './environment.ts'
import { routeTimeouts } from './retries.ts'
import { gatewayMethods } from './routes/gateway.ts'
import type { Route } from './routes/route.ts'
import { routes } from './routes/routes.ts'

/** The clients that read the same secret: a function that holds one of them could act as any of them. */
const keyHolders: readonly ClientName[] = ['signer', 'links', 'doors']

/**
 * Names the function that answers a route: routes with the same callers, rights and timeout share one. Callers are kept
 * apart, so that thousands of guests who open links do not use up the concurrency of Core or of doors.
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

/** The event of a schedule that keeps a function of routes from becoming inactive; it gets no answer. */
export interface WakeUp {
  wake: true
}

/** Lists the environment variables of a function of routes: its clients', its own, and ALLOWED_CALLERS if callers sign. */
export function routeVariables(served: readonly Route[]): VariableName[] {
  const isSigned = served.flatMap(gatewayMethods).some(({ authorization }) => authorization === 'iam')
  const own = served.flatMap(({ uses, variables = [] }) => [...uses.flatMap((client) => clientVariables[client]), ...variables])
  return [...new Set<VariableName>(isSigned ? [...own, 'ALLOWED_CALLERS'] : own)]
}
