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
  const matching = routes.filter((route) => patternOf(route.path).test(path))
  const [best] = matching.map((route) => route.path).toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1))
  const candidates = matching.filter((route) => route.path === best)
  const route = candidates.find((each) => each.method === 'ANY' || withHead([each.method]).includes(method))
  if (route === undefined) return { allowedMethods: withHead(candidates.map((each) => each.method)) }
  return { route, parameters: { ...patternOf(route.path).exec(path)?.groups } }
}

const greedy = '{proxy+}'
const patterns = new Map<string, RegExp>()

function patternOf(path: string): RegExp {
  const source = () =>
    path
      .replaceAll('.', '\\.')
      .replace(greedy, '.*')
      .replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  const pattern = patterns.get(path) ?? new RegExp(`^${source()}$`)
  patterns.set(path, pattern)
  return pattern
}

/** Writes a path such that the most literal one sorts first. */
function rank(path: string): string {
  return `${path.endsWith(greedy) ? 1 : 0}${path.replace(/\{[^}]+\}/g, '\uffff')}`
}
