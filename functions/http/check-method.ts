import type { APIGatewayProxyEvent } from 'aws-lambda'
import { methodsAt, refuseMethod, withHead } from '../contract/routes/gateway.ts'
import type { Route } from '../contract/routes/route.ts'
import { routes } from '../contract/routes/routes.ts'
import { TicketGenerationError } from '../errors.ts'

/**
 * An error for a method that the path does not allow; `allow` lists the allowed ones, for the header Allow.
 */
export class MethodNotAllowedError extends TicketGenerationError {
  readonly allow: string

  constructor({ allow, message }: { allow: string; message: string }) {
    super(message, 'METHOD_NOT_ALLOWED')
    this.allow = allow
  }
}

/**
 * Refuses methods that the route does not allow: its function gets all methods of its path that no other function handles
 * (contract/routes/gateway.ts).
 * @throws MethodNotAllowedError.
 */
export function checkMethod(route: Route, { httpMethod: method, path, resource }: APIGatewayProxyEvent): void {
  if (withHead([route.method]).includes(method)) return
  throw new MethodNotAllowedError(refuseMethod({ method, path, allowed: methodsAt(routes, resource) }))
}
