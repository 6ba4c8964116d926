import * as z from 'zod'
import { type ErrorCode, type ErrorDescription, errorCodes, mostListedProblems } from '../errors.ts'
import type { Route } from '../routes/route.ts'
import { fieldProblem } from '../schemas/values.ts'
import type { Components } from './components.ts'

/** The errors that any route can answer with; the table names the others. */
const anyRoute = ['TOO_MANY_REQUESTS', 'INTERNAL_ERROR'] as const satisfies ErrorCode[]
const bodyRoute = ['VALIDATION_FAILED', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const satisfies ErrorCode[]
const keyRoute = ['VALIDATION_FAILED', 'IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_KEY_IN_USE'] as const satisfies ErrorCode[]

const retryAfter = { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } }
const location = { Location: { $ref: '#/components/headers/Location' } }

/** The headers of answers. */
export const headers = {
  RetryAfter: { description: 'Seconds to wait before asking again.', schema: { type: 'integer', minimum: 1 } },
  Location: { description: 'Where the file is.', schema: { type: 'string', format: 'uri' } },
  Allow: { description: 'The methods that the path takes.', schema: { type: 'string' }, example: 'GET, HEAD' },
}

/** Content by media type. */
export type Content = Record<string, { schema?: object; example?: unknown }>

/** An answer of a route. */
interface Answer {
  description: string
  headers?: object
  content?: Content
}

/** Describes every answer of a route. */
export function responsesOf(route: Route, components: Components): Record<string, Answer> {
  return { ...successResponses(route, components), ...errorResponses(route) }
}

/** The answer to a method that a path does not take. */
export const methodNotAllowed = {
  ...errorResponse(['METHOD_NOT_ALLOWED']),
  headers: { Allow: { $ref: '#/components/headers/Allow' } },
}

function successResponses(route: Route, components: Components) {
  const { success } = route
  const empty = 'empty' in success ? Object.entries(success.empty) : []
  const all: Record<string, Answer> = {
    [success.status]: { description: success.description, ...successContent(route, components) },
    ...Object.fromEntries(empty.map(([code, description]) => [code, { description }])),
  }
  if ('elsewhere' in success) all[success.elsewhere.status] = { description: success.elsewhere.description, headers: location }
  if ('pending' in success) {
    const { status, description, data } = success.pending
    all[status] = { description, headers: retryAfter, content: envelope(route, data, components) }
  }
  if ('downStatus' in success)
    all[success.downStatus] = {
      description: success.downDescription,
      content: jsonContent(components.describe(success.document, 'output')),
    }
  return all
}

function successContent(route: Route, components: Components) {
  const { success, example } = route
  if ('data' in success)
    return { content: { ...envelope(route, success.data, components), ...('csv' in success ? { 'text/csv': {} } : {}) } }
  if ('document' in success) return { content: jsonContent(components.describe(success.document, 'output'), example.answer) }
  if ('media' in success) return { content: Object.fromEntries(success.media.map((type) => [type, {}])) }
  return 'redirect' in success ? { headers: location } : {}
}

/** The time of the service in answers to doors, whose clocks may be wrong. */
const serverTime = z.iso.datetime().meta({ description: 'The time of the service, for a door to compare its own clock with.' })

function envelope({ access, example }: Route, data: z.ZodType, components: Components) {
  const clock = access === 'door' ? { schema: { serverTime }, example: { serverTime: '2024-06-12T07:04:05.678Z' } } : undefined
  const schema = components.describe(z.object({ success: z.literal(true), data, ...clock?.schema }), 'output')
  return jsonContent(schema, example.answer && { success: true, data: example.answer, ...clock?.example })
}

/** Describes content in JSON. */
export function jsonContent(schema: object, example?: unknown) {
  return { 'application/json': { schema, ...(example === undefined ? {} : { example }) } }
}

function errorResponses(route: Route) {
  const isCalledByServices = route.access === 'core' || route.access === 'door'
  const media = 'media' in route.success && route.success.media.includes('text/html') && route.params ? ['text/html'] : []
  const codes = [
    ...(route.body ? bodyRoute : []),
    ...(route.params || route.query || isCalledByServices ? ['VALIDATION_FAILED' as const] : []),
    ...(isCalledByServices || route.errors.includes('LINK_EXPIRED') ? ['FORBIDDEN' as const] : []),
    ...(route.takesKey ? keyRoute : []),
    ...route.errors,
    ...anyRoute,
  ]
  const byStatus = Map.groupBy(new Set<ErrorCode>(codes), (code) => errorCodes[code].status)
  return Object.fromEntries([...byStatus].sort().map(([status, group]) => [status, errorResponse(group, media)]))
}

/** Describes errors of one status. For a browser they are a page where the route has one. */
function errorResponse(codes: ErrorCode[], media: string[] = []) {
  const described = codes.map((code): [ErrorCode, ErrorDescription] => [code, errorCodes[code]])
  const examples = codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])
  return {
    description: described.map(([code, { when }]) => `\`${code}\`: ${when}`).join('\n\n'),
    ...(described.some(([, { retryAfterSeconds }]) => retryAfterSeconds) ? { headers: retryAfter } : {}),
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/Error' }, examples: Object.fromEntries(examples) },
      ...Object.fromEntries(media.map((type) => [type, {}])),
    },
  }
}

/** An example of every error by its code. */
export const errorExamples = Object.fromEntries(
  Object.entries<ErrorDescription>(errorCodes).map(([code, { when }]) => {
    const details =
      code === 'VALIDATION_FAILED' ? [{ path: 'eventId', problem: 'must be an integer from 1 to 9007199254740991' }] : []
    return [code, { value: { success: false, error: { code, message: when, details, requestId: 'c0ffee00-1234' } } }]
  }),
)

/** Describes the body of every error. */
export function errorSchema(components: Components): object {
  const meanings = Object.entries<ErrorDescription>(errorCodes).map(
    ([code, { status, when }]) => `- \`${code}\` (${status}): ${when}`,
  )
  const error = z.object({
    code: z.enum(Object.keys(errorCodes)).meta({ id: 'ErrorCode', description: meanings.join('\n') }),
    message: z.string(),
    details: z.array(fieldProblem).max(mostListedProblems),
    requestId: z.string(),
    problemCount: z
      .int()
      .min(mostListedProblems + 1)
      .optional()
      .meta({ description: `The count of all problems, where there are more than the first ${mostListedProblems} in details.` }),
  })
  return components.describe(z.object({ success: z.literal(false), error, serverTime: serverTime.optional() }), 'output')
}
