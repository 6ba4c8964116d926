import { withHead } from '../../../functions/contract/routes/gateway.ts'

/** Describes a route as far as finding it goes. `path` is a template like `/api/tickets/{ticketId}`. */
export interface Routable {
  method: string
  path: string
}

/** Is what a route table has for a request: the route with its parameters, still encoded, or the methods that the path takes. */
export type Match<Route> = { route: Route; parameters: Record<string, string> } | { allowedMethods: string[] }

/**
 * Finds the route of a request as API Gateway does: segment by segment, where a literal segment wins over a parameter. HEAD finds the route of GET.
 * `allowedMethods` is empty for an unknown path. A parameter matches one segment, and not an empty one.
 */
export function matchRoute<Route extends Routable>(routes: Route[], method: string, path: string): Match<Route> {
  const segments = path.split('/')
  const fitting = routes.filter((route) => fits(route.path.split('/'), segments))
  const best = fitting.reduce<string | undefined>((best, route) => moreLiteral(best, route.path), undefined)
  const candidates = fitting.filter((route) => route.path === best)
  const found = candidates.find((route) => withHead([route.method]).includes(method))
  if (found === undefined) return { allowedMethods: withHead(candidates.map((route) => route.method)) }
  return { route: found, parameters: readParameters(found.path.split('/'), segments) }
}

function fits(template: string[], segments: string[]): boolean {
  return (
    template.length === segments.length &&
    template.every((part, index) => (isParameter(part) ? segments[index] !== '' : part === segments[index]))
  )
}

function moreLiteral(best: string | undefined, path: string): string {
  if (best === undefined) return path
  // Both fit the same path, so where they differ, one has a parameter and the other a literal.
  const others = best.split('/')
  const first = path.split('/').findIndex((part, index) => part !== others[index])
  return isParameter(others[first] ?? '') ? path : best
}

function readParameters(template: string[], segments: string[]): Record<string, string> {
  return Object.fromEntries(
    template.flatMap((part, index) => (isParameter(part) ? [[part.slice(1, -1), segments[index] ?? '']] : [])),
  )
}

function isParameter(part: string): boolean {
  return part.startsWith('{') && part.endsWith('}')
}
