import type middy from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import { type ErrorDescription, errorCodes, mostListedProblems } from '../contract/errors.ts'
import type { Route } from '../contract/routes/route.ts'
import type { TicketGenerationError } from '../errors.ts'
import { toServiceError } from '../runtime/service-error.ts'
import { reportFault } from '../runtime/telemetry.ts'
import { MethodNotAllowedError } from './check-method.ts'
import { headerOf } from './parse-request.ts'
import { clockFor, type MediaReply, respondJson, respondMedia } from './reply.ts'

/** Answers errors in JSON, or for browsers that need no signature as a page, and reports faults of the service. */
export function answerErrors(route: Route): middy.MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult, Error, Context> {
  const { access } = route
  return {
    onError: async (request) => {
      const { requestId } = request.event.requestContext
      const error = toServiceError(request.error)
      if (error.status >= 500) reportFault(error, request.error ?? error)
      const { retryAfterSeconds }: ErrorDescription = errorCodes[error.code]
      const headers = {
        'cache-control': 'no-store',
        ...(retryAfterSeconds ? { 'retry-after': String(retryAfterSeconds) } : {}),
        ...(error instanceof MethodNotAllowedError ? { allow: error.allow } : {}),
        // RFC 9110, section 15.5.2.
        ...(error.status === 401 ? { 'www-authenticate': 'ApplePass' } : {}),
      }
      const isForBrowsers =
        (access === 'link' || access === 'public') && (headerOf(request.event, 'accept') ?? '').includes('text/html')
      request.response = isForBrowsers
        ? respondMedia(error.status, await writePage(error, headerOf(request.event, 'accept-language') ?? ''), headers)
        : respondError(error, { requestId, ...clockFor(route) }, headers)
    },
  }
}

/** Writes the page for an error. Loaded on demand: most functions never write one. */
async function writePage(error: TicketGenerationError, languages: string): Promise<MediaReply> {
  const { writeFailurePage } = await import('../pages/mobile-ticket-page.ts')
  return await writeFailurePage(error, languages)
}

function respondError(
  error: TicketGenerationError,
  { requestId, ...clock }: { requestId: string; serverTime?: string },
  headers: Record<string, string>,
) {
  const { code, message, details, status } = error
  const problemCount = details.length
  const cut = problemCount > mostListedProblems && {
    message: `${message} There are ${problemCount} problems; the first ${mostListedProblems} are listed.`,
    details: details.slice(0, mostListedProblems),
    problemCount,
  }
  return respondJson(status, { success: false, error: { code, message, details, requestId, ...cut }, ...clock }, headers)
}
