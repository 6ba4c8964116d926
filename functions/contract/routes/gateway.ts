import type { Route } from './route.ts'

/** The path below which doors call: there the function checks the door pass, and API Gateway no signature. */
export const doorMount = '/door'

/** How many requests API Gateway lets through: on average a second, and in a burst. */
export interface Throttle {
  perSecond: number
  burst: number
}

/**
 * The throttle of each method of each path, by who calls; above it API Gateway answers 429. It counts per method, for all
 * callers together (API Gateway, "Throttle requests"), so that a flood of one route leaves the others alone, up to the
 * account's 10,000 a second. Doors get the most: a stadium admits 300 guests a second.
 */
export const methodThrottles: Record<Route['access'], Throttle> = {
  core: { perSecond: 200, burst: 400 },
  door: { perSecond: 300, burst: 600 },
  link: { perSecond: 200, burst: 400 },
  public: { perSecond: 200, burst: 400 },
}

/** A path at which API Gateway mounts a route, and whether it requires AWS Signature Version 4 there. */
export interface GatewayMethod {
  path: string
  authorization: 'iam' | 'none'
}

/**
 * Lists where API Gateway mounts a route, and what it checks there. One method cannot both check signatures and let door
 * passes through, so a door's route is mounted twice: at its own path, and below /door. A route whose own path is below
 * /door is for doors only.
 */
export function gatewayMethods({ path, access, alsoAt = [] }: Pick<Route, 'path' | 'access' | 'alsoAt'>): GatewayMethod[] {
  if (access === 'link' || access === 'public') return [path, ...alsoAt].map((each) => ({ path: each, authorization: 'none' }))
  if (path.startsWith(`${doorMount}/api/`)) return [{ path, authorization: 'none' }]
  const forCore = { path, authorization: 'iam' } as const
  return access === 'core' ? [forCore] : [forCore, { path: `${doorMount}${path}`, authorization: 'none' }]
}

/** A method of API Gateway on a path: ANY takes every method without a mount of its own there. */
export interface Mount extends GatewayMethod {
  name: string
  method: Route['method']
}

/**
 * Lists the methods of API Gateway. On each path one route, GET's if there is one, also takes the methods without a
 * route, to answer HEAD and refuse the rest: a mount for each would exceed the 500 resources of a stack.
 */
export function mountsOf(routes: Readonly<Record<string, Route>>): Mount[] {
  const mounts = Object.entries(routes).flatMap(([name, route]) =>
    gatewayMethods(route).map((place): Mount => ({ name, method: route.method, ...place })),
  )
  const byPath = Map.groupBy(mounts, ({ path }) => path)
  return [...byPath.values()].flatMap((places) => {
    const catching = places.find(({ method }) => method === 'GET') ?? places[0]
    return places.map((place) => (place === catching ? { ...place, method: 'ANY' } : place))
  })
}

/**
 * Lists the parents of routes' paths that have no route themselves, `/` included. API Gateway does not pass their
 * requests to `/{proxy+}`.
 */
export function emptyPaths(routes: Readonly<Record<string, Route>>): string[] {
  const taken = Object.values(routes)
    .flatMap(gatewayMethods)
    .map(({ path }) => path)
  const above = taken.flatMap((path) => path.split('/').map((_, index, parts) => parts.slice(0, index).join('/') || '/'))
  return [...new Set(above)].filter((path) => !taken.includes(path)).toSorted()
}

/** Lists the methods that a path allows, HEAD included. */
export function methodsAt(routes: Readonly<Record<string, Route>>, path: string): string[] {
  const there = Object.values(routes).filter((route) => gatewayMethods(route).some((place) => place.path === path))
  return withHead(there.map(({ method }) => method))
}

/** Adds HEAD, which answers wherever GET does (RFC 9110, section 9.3.2). */
export function withHead(methods: readonly string[]): string[] {
  return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}

/** Describes the refusal of a method: the header Allow and the message (RFC 9110, section 15.5.6). */
export function refuseMethod({ method, path, allowed }: { method: string; path: string; allowed: readonly string[] }) {
  const allow = allowed.join(', ')
  return { allow, message: `${path} does not take ${method}. It takes ${allow}.` }
}
