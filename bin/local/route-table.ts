/** Describes a route as far as finding it goes. `path` is a template like `/api/tickets/{ticketId}`. */
export interface Routable {
  method: string
  path: string
}

/** Is what a route table has for a request: the route with its parameters, still encoded, or the methods that the path takes. */
export type Match<Name extends string> = { name: Name; parameters: Record<string, string> } | { allowedMethods: string[] }

/**
 * Finds the route of a request as API Gateway does: segment by segment, where a literal segment wins over a parameter.
 * `allowedMethods` is empty for an unknown path. A parameter matches one segment, and not an empty one.
 */
export function matchRoute<Name extends string>(routes: Record<Name, Routable>, method: string, path: string): Match<Name> {
  const segments = path.split('/')
  const names: Name[] = keysOf(routes)
  const fitting = names.filter((name) => fits(routes[name].path.split('/'), segments))
  const best = fitting.reduce<string | undefined>((best, name) => moreLiteral(best, routes[name].path), undefined)
  const candidates = fitting.filter((name) => routes[name].path === best)
  const found = candidates.find((name) => routes[name].method === method)
  if (found === undefined) return { allowedMethods: candidates.map((name) => routes[name].method) }
  return { name: found, parameters: readParameters(routes[found].path.split('/'), segments) }
}

function keysOf<Name extends string>(record: Record<Name, unknown>): Name[] {
  const names: Name[] = []
  for (const name in record) names.push(name)
  return names
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
