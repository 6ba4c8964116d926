import type { APIGatewayProxyEvent } from 'aws-lambda'
import { methodsAt, refuseMethod, withHead } from '../contract/routes/gateway.ts'
import type { Route } from '../contract/routes/route.ts'
import { routes } from '../contract/routes/routes.ts'
import { TicketGenerationError } from '../errors.ts'

/** An error for a method that the path does not take; `allow` is the header that lists those it does. */
export class MethodNotAllowedError extends TicketGenerationError {
  readonly allow: string

  constructor({ allow, message }: { allow: string; message: string }) {
    super(message, 'METHOD_NOT_ALLOWED')
    this.allow = allow
  }
}

/** Refuses methods that neither this route nor another of its path takes. @throws MethodNotAllowedError. */
export function checkMethod(route: Route, { httpMethod: method, path, resource }: APIGatewayProxyEvent): void {
  if (route.method === 'ANY' || withHead([route.method]).includes(method)) return
  throw new MethodNotAllowedError(refuseMethod({ method, path, allowed: methodsAt(routes, resource) }))
}
