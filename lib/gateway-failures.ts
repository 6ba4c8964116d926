import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway'
import { type ErrorCode, type ErrorDescription, errorCodes } from '../functions/contract/errors.ts'
import { hsts } from '../functions/contract/hsts.ts'

/** Formats the errors of API Gateway itself like those of the service. */
export function addGatewayFailures(gateway: RestApi): void {
  for (const { type, status, code, message, retryAfterSeconds } of failures) {
    const known: ErrorDescription = errorCodes[code]
    const seconds = retryAfterSeconds ?? known.retryAfterSeconds
    gateway.addGatewayResponse(type.responseType, {
      type,
      statusCode: String(status ?? known.status),
      responseHeaders: {
        'content-type': "'application/json; charset=utf-8'",
        'cache-control': "'no-store'",
        ...(seconds ? { 'retry-after': `'${seconds}'` } : {}),
        [hsts.name]: `'${hsts.value}'`,
      },
      templates: { 'application/json': bodyOf(code, message) },
    })
  }
}

interface Failure {
  type: ResponseType
  code: ErrorCode
  message: string
  status?: number
  retryAfterSeconds?: number
}

const wrongSignature = 'This route requires a request signed with SigV4 for the service execute-api.'

/** The answers. API Gateway reports an unknown path as a missing authentication token. */
const failures: Failure[] = [
  {
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    code: 'ROUTE_NOT_FOUND',
    message: 'No such route, or the route requires a SigV4-signed request.',
  },
  { type: ResponseType.RESOURCE_NOT_FOUND, code: 'ROUTE_NOT_FOUND', message: 'No such route.' },
  { type: ResponseType.ACCESS_DENIED, code: 'FORBIDDEN', message: 'The caller is not allowed to use this route.' },
  { type: ResponseType.INVALID_SIGNATURE, code: 'FORBIDDEN', message: wrongSignature },
  {
    type: ResponseType.EXPIRED_TOKEN,
    code: 'FORBIDDEN',
    message: 'The credentials that signed the request have expired.',
  },
  { type: ResponseType.UNAUTHORIZED, code: 'FORBIDDEN', message: wrongSignature, status: 403 },
  {
    type: ResponseType.WAF_FILTERED,
    code: 'TOO_MANY_REQUESTS',
    message: 'Too many requests from this address. Try again later.',
  },
  { type: ResponseType.REQUEST_TOO_LARGE, code: 'PAYLOAD_TOO_LARGE', message: 'The body is larger than the service accepts.' },
  { type: ResponseType.UNSUPPORTED_MEDIA_TYPE, code: 'UNSUPPORTED_MEDIA_TYPE', message: 'The body must be JSON in UTF-8.' },
  { type: ResponseType.THROTTLED, code: 'TOO_MANY_REQUESTS', message: 'Too many requests. Try again later.' },
  { type: ResponseType.QUOTA_EXCEEDED, code: 'TOO_MANY_REQUESTS', message: 'Too many requests. Try again later.' },
  // A function whose environments are all busy: Lambda answers 429, which API Gateway would turn into 500.
  { type: ResponseType.INTEGRATION_FAILURE, code: 'TOO_MANY_REQUESTS', message: 'Too many requests. Try again later.' },
  {
    type: ResponseType.INTEGRATION_TIMEOUT,
    code: 'INTERNAL_ERROR',
    message: 'The function did not answer in time. It is safe to retry.',
    status: 504,
    retryAfterSeconds: 2,
  },
  { type: ResponseType.DEFAULT_4XX, code: 'VALIDATION_FAILED', message: 'The request is not valid.' },
  { type: ResponseType.DEFAULT_5XX, code: 'INTERNAL_ERROR', message: 'The function failed.' },
]

function bodyOf(code: ErrorCode, message: string): string {
  const error = { code, message, details: [], requestId: '$context.requestId' }
  return JSON.stringify({ success: false, error })
}
