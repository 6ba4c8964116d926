import type { Route } from './route.ts'

/** Is the path below which doors call: API Gateway checks nothing there, and the function wants a door pass. */
export const doorMount = '/door'

/** Is one place where API Gateway mounts a route: below which path, and whether it asks for AWS Signature Version 4 there. */
export interface GatewayMethod {
  path: string
  authorization: 'iam' | 'none'
}

/**
 * Lists where API Gateway mounts a route, and who gets past it there: Core's routes take signed calls only, guest links and public routes any.
 * One method of API Gateway cannot check signatures and let a door pass through, so a door's route is mounted twice: for Core at its own path,
 * and for doors below /door, where only a pass counts.
 */
export function gatewayMethods({ path, access }: Pick<Route, 'path' | 'access'>): GatewayMethod[] {
  if (access === 'link' || access === 'public') return [{ path, authorization: 'none' }]
  const forCore = { path, authorization: 'iam' } as const
  return access === 'core' ? [forCore] : [forCore, { path: `${doorMount}${path}`, authorization: 'none' }]
}
