import type { APIGatewayProxyEvent } from 'aws-lambda'
import { methodsAt, refuseMethod, withHead } from '../contract/routes/gateway.ts'
import type { Route } from '../contract/routes/route.ts'
import { routes } from '../contract/routes/routes.ts'
import { TicketGenerationError } from '../errors.ts'

/**
 * Says that a path does not take the method of the request; `allow` lists those it takes, for the header
 * Allow.
 */
export class MethodNotAllowedError extends TicketGenerationError {
  readonly allow: string

  constructor({ allow, message }: { allow: string; message: string }) {
    super(message, 'METHOD_NOT_ALLOWED')
    this.allow = allow
  }
}

/**
 * Refuses a method that the route does not take: its function gets all methods that API Gateway has no other
 * function for (contract/routes/gateway.ts).
 * @throws MethodNotAllowedError.
 */
export function checkMethod(route: Route, { httpMethod: method, path, resource }: APIGatewayProxyEvent): void {
  if (withHead([route.method]).includes(method)) return
  throw new MethodNotAllowedError(refuseMethod({ method, path, allowed: methodsAt(routes, resource) }))
}
