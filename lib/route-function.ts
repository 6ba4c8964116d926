import type { Code } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { routeVariables } from '../functions/contract/route-functions.ts'
import type { Route } from '../functions/contract/routes/route.ts'
import { accessFor, type FunctionAccess } from './function-access.ts'
import type { Network } from './network.ts'
import type { Parts } from './parts.ts'
import { ServiceFunction } from './service-function.ts'
import type { Stage } from './stage.ts'

/** Properties of a function that answers routes. */
export interface RouteFunctionProps {
  /** Its routes by name. */
  served: Readonly<Record<string, Route>>
  code: Code
  stage: Stage
  parts: Parts
  network: Network | undefined
  /** The value of ALLOWED_CALLERS. */
  allowedCallers: string
}

/**
 * Makes a function of contract/route-functions.ts with what its routes need.
 * @throws Error when a route needs other permissions than the rest.
 */
export function makeRouteFunction(scope: Construct, name: string, props: RouteFunctionProps): ServiceFunction {
  const { served, code, stage, parts, network, allowedCallers } = props
  const all = Object.values(served)
  const [route] = all
  if (!route) throw new Error(`The function ${name} has no route.`)
  const { environment, statements } = shareAccess(name, served, parts)
  const reads: readonly string[] = routeVariables(all)
  const own = Object.entries({ PUBLIC_URL: parts.publicUrl, ALLOWED_CALLERS: allowedCallers })
  return new ServiceFunction(scope, name, {
    module: name,
    purpose: `Answers ${Object.keys(served).join(', ')}.`,
    code,
    access: {
      environment: { ...environment, ...Object.fromEntries(own.filter(([variable]) => reads.includes(variable))) },
      statements,
    },
    timeoutSeconds: route.timeoutSeconds,
    isMonitored: stage.isMonitored,
    memory: all.some(({ bulk }) => bulk) ? stage.memory.bulkRoute : stage.memory.route,
    // Each environment holds a database connection, so these functions are limited and run in the network.
    ...(route.uses.includes('sql') ? { reservedConcurrency: stage.concurrency.routes[route.access], network } : {}),
  })
}

/** Grants what one route of a function needs, which is what each of them needs: sharing widens no rights. */
function shareAccess(name: string, served: RouteFunctionProps['served'], parts: Parts): FunctionAccess {
  const all = Object.entries(served).map(([route, { uses }]) => accessFor(parts, { name: route, uses, databaseRole: 'api' }))
  const written = new Set(all.map(({ statements }) => JSON.stringify(statements.map((one) => one.toStatementJson()))))
  const [first] = all
  if (!first || written.size > 1)
    throw new Error(`The routes of ${name} need different permissions: give them different \`uses\`.`)
  return { environment: Object.assign({}, ...all.map(({ environment }) => environment)), statements: first.statements }
}
