import { withHead } from '../../../functions/contract/routes/gateway.ts'

/** The method of a route and its path template, like `/api/tickets/{ticketId}`. */
export interface Routable {
  method: string
  path: string
}

/** The route that was found with its parameters, still encoded, or the methods that the path allows. */
export type Match<Route> = { route: Route; parameters: Record<string, string> } | { allowedMethods: string[] }

/**
 * Finds the route of a request as API Gateway does: segment by segment, preferring a literal segment to a
 * parameter, and either to `{proxy+}`, which takes all that remains. HEAD finds the route of GET, every
 * method that of ANY. A parameter matches exactly one segment that is not empty. `allowedMethods` is empty for
 * an unknown path.
 */
export function matchRoute<Route extends Routable>(routes: Route[], method: string, path: string): Match<Route> {
  const segments = path.split('/')
  const matching = routes.filter((route) => matches(route.path.split('/'), segments))
  const best = matching.reduce<string | undefined>((best, route) => moreLiteral(best, route.path), undefined)
  const candidates = matching.filter((route) => route.path === best)
  const found = candidates.find((route) => route.method === 'ANY' || withHead([route.method]).includes(method))
  if (found === undefined) return { allowedMethods: withHead(candidates.map((route) => route.method)) }
  return { route: found, parameters: readParameters(found.path.split('/'), segments) }
}

function matches(template: string[], segments: string[]): boolean {
  if (template.at(-1) === greedy) return matches(template.slice(0, -1), segments.slice(0, template.length - 1))
  return (
    template.length === segments.length &&
    template.every((part, index) => (isParameter(part) ? segments[index] !== '' : part === segments[index]))
  )
}

function moreLiteral(best: string | undefined, path: string): string {
  if (best === undefined || best.endsWith(greedy)) return path
  if (path.endsWith(greedy)) return best
  // Both match the same path, so where they differ, one has a parameter and the other a literal.
  const others = best.split('/')
  const first = path.split('/').findIndex((part, index) => part !== others[index])
  return isParameter(others[first] ?? '') ? path : best
}

function readParameters(template: string[], segments: string[]): Record<string, string> {
  return Object.fromEntries(
    template.flatMap((part, index) => (isParameter(part) && part !== greedy ? [[part.slice(1, -1), segments[index] ?? '']] : [])),
  )
}

/** The end of a path that matches every path longer than what precedes it. */
const greedy = '{proxy+}'

function isParameter(part: string): boolean {
  return part.startsWith('{') && part.endsWith('}')
}
