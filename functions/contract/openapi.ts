import * as z from 'zod'
import { type ErrorCode, type ErrorDescription, errorCodes, mostListedProblems } from './errors.ts'
import { noticeSchema, notices } from './notices.ts'
import { doorMount, type GatewayMethod, gatewayMethods } from './routes/gateway.ts'
import type { Route } from './routes/route.ts'
import { routes } from './routes/routes.ts'
import { dataValue, fieldProblem, moment, timezone } from './schemas/values.ts'
import { templateProblem } from './template-check.ts'
import { ticketWarning } from './ticket-warnings.ts'

/** The errors that any route can answer with; the table names the others. */
const anyRoute = ['TOO_MANY_REQUESTS', 'INTERNAL_ERROR'] as const satisfies ErrorCode[]
const bodyRoute = ['VALIDATION_FAILED', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const satisfies ErrorCode[]

/** Describes the contract as OpenAPI 3.1, from the route table. With `anyoneMayCall` Core need not sign. */
export function openApiDocument(about: { version: string; url: string; anyoneMayCall?: boolean }) {
  const paths: Record<string, Record<string, unknown>> = {}
  // Paths that are not there have no place in the document.
  for (const [name, route] of Object.entries<Route>(routes))
    for (const mount of route.method === 'ANY' ? [] : gatewayMethods(route))
      paths[mount.path] = {
        ...paths[mount.path],
        [route.method.toLowerCase()]: operation(name, route, { ...mount, isOpen: about.anyoneMayCall ?? false }),
      }
  return {
    openapi: '3.1.0' as const,
    info: {
      title: 'Ticket Generator Service',
      version: about.version,
      description:
        'Personalised PDF tickets with QR codes that cannot be forged. HEAD answers wherever GET does; a method that a path does not take is a 405 ' +
        'whose header `Allow` lists those it takes.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: about.url }],
    paths,
    webhooks: Object.fromEntries(Object.entries(notices).map(([type, notice]) => [type, { post: webhook(type, notice) }])),
    components: {
      schemas: { ...sharedSchemas(), Error: errorSchema() },
      securitySchemes: {
        sigv4: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description:
            'AWS Signature Version 4 for the service `execute-api`. Only callers that the deployment lists may call: Core. Any AWS SDK signs so; ' +
            'a signature is good for five minutes and covers the body.',
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
        applePass: {
          type: 'http',
          scheme: 'ApplePass',
          description: '`Authorization: ApplePass <token>`, with the `authenticationToken` of the pass.',
        },
        doorPass: {
          type: 'http',
          scheme: 'Door',
          description: `\`Authorization: Door <pass>\`, with a pass from create-door; it is good for one event, and below \`${doorMount}\` alone.`,
        },
      },
    },
  }
}

/** Describes a notice of the SNS topic; SNS posts it to subscribers by HTTPS, in its envelope unless they ask for raw messages. */
function webhook(type: string, { meaning, data }: { meaning: string; data: z.ZodObject }) {
  return {
    operationId: `on-${type}`,
    summary: meaning,
    description: 'A notice of the SNS topic, delivered at least once. See docs/notices.md.',
    security: [],
    requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(noticeSchema(type, data), 'output') } } },
    responses: { 200: { description: 'Received; any other answer is an attempt that SNS repeats.' } },
  }
}

function operation(name: string, route: Route, mount: GatewayMethod & { isOpen: boolean }) {
  const isForDoors = mount.path !== route.path
  return {
    operationId: isForDoors ? `${name}-at-door` : name,
    summary: isForDoors ? `${route.summary} (with a door pass)` : route.summary,
    security: route.errors.includes('PASS_TOKEN_WRONG') ? [{ applePass: [] }] : securityOf(mount, isForDoors),
    parameters: [...parameters('path', route), ...parameters('query', route)],
    ...(route.body
      ? {
          requestBody: {
            required: !route.body.safeParse(undefined).success,
            content: jsonContent(jsonSchema(route.body, 'input'), route.example.body),
          },
        }
      : {}),
    responses: { ...successResponses(route), ...errorResponses(route) },
  }
}

function securityOf({ authorization, isOpen }: GatewayMethod & { isOpen: boolean }, isForDoors: boolean) {
  if (isForDoors) return [{ doorPass: [] }]
  return authorization === 'iam' && !isOpen ? [{ sigv4: [] }] : []
}

function parameters(place: 'path' | 'query', route: Route) {
  const schema = place === 'path' ? route.params : route.query
  return Object.entries(schema?.shape ?? {}).map(([name, part]) => ({
    name,
    in: place,
    required: !part.safeParse(undefined).success,
    // What the text comes to: an integer is written as one.
    schema: jsonSchema(part, 'output'),
    ...(place === 'path' && route.example.params?.[name] ? { example: part.parse(route.example.params[name]) } : {}),
  }))
}

function successResponses(route: Route) {
  const { success, example } = route
  const { status, description } = success
  const empty = 'empty' in success ? Object.entries(success.empty) : []
  const all: Record<string, object> = {
    [status]: { description, ...successContent(route) },
    ...Object.fromEntries(empty.map(([code, description]) => [code, { description }])),
  }
  if ('elsewhere' in success) all[success.elsewhere.status] = { description: success.elsewhere.description, headers: location }
  if ('pending' in success) {
    const { status, description, data } = success.pending
    all[status] = { description, content: envelope(data, example.answer) }
  }
  if ('downStatus' in success)
    all[success.downStatus] = {
      description: success.downDescription,
      content: jsonContent(jsonSchema(success.document, 'output')),
    }
  return all
}

const location = { Location: { schema: { type: 'string', format: 'uri' } } }

function successContent({ success, access, example: { answer: example } }: Route) {
  if ('data' in success) {
    const csv = 'csv' in success ? { 'text/csv': {} } : {}
    return { content: { ...envelope(success.data, example, access === 'door' ? { serverTime } : {}), ...csv } }
  }
  if ('document' in success) return { content: jsonContent(jsonSchema(success.document, 'output'), example) }
  if ('media' in success) return { content: Object.fromEntries(success.media.map((type) => [type, {}])) }
  return 'redirect' in success ? { headers: location } : {}
}

/** The time of the service in answers to doors, whose clocks may be wrong. */
const serverTime = z.iso.datetime().meta({ description: 'The time of the service, for a door to compare its own clock with.' })

function envelope(data: z.ZodType, example: unknown, clock: { serverTime?: z.ZodType } = {}) {
  const schema = z.object({ success: z.literal(true), data, ...clock })
  const answered = clock.serverTime ? { serverTime: '2024-06-12T07:04:05.678Z' } : {}
  return jsonContent(jsonSchema(schema, 'output'), { success: true, data: example, ...answered })
}

function errorResponses(route: Route) {
  const isCalledByServices = route.access === 'core' || route.access === 'door'
  const media = 'media' in route.success && route.success.media.includes('text/html') && route.params ? ['text/html'] : []
  const codes = [
    ...(route.body ? bodyRoute : []),
    ...(route.params || route.query || isCalledByServices ? ['VALIDATION_FAILED' as const] : []),
    ...(isCalledByServices || route.errors.includes('LINK_EXPIRED') ? ['FORBIDDEN' as const] : []),
    ...route.errors,
    ...anyRoute,
  ]
  const byStatus = Map.groupBy(new Set<ErrorCode>(codes), (code) => errorCodes[code].status)
  return Object.fromEntries([...byStatus].sort().map(([status, group]) => [status, errorResponse(group, media)]))
}

/** Describes errors of one status. For a browser they are a page where the route has one. */
function errorResponse(codes: ErrorCode[], media: string[]) {
  const examples = codes.map((code) => [
    code,
    { value: { success: false, error: { code, message: errorCodes[code].when, details: [], requestId: 'c0ffee00-1234' } } },
  ])
  return {
    description: codes.map((code) => `\`${code}\`: ${errorCodes[code].when}`).join('\n\n'),
    content: {
      'application/json': { schema: { $ref: '#/components/schemas/Error' }, examples: Object.fromEntries(examples) },
      ...Object.fromEntries(media.map((type) => [type, {}])),
    },
  }
}

function errorSchema() {
  const meanings = Object.entries<ErrorDescription>(errorCodes).map(
    ([code, { status, when }]) => `- \`${code}\` (${status}): ${when}`,
  )
  const error = z.object({
    code: z.enum(Object.keys(errorCodes)).meta({ description: meanings.join('\n') }),
    message: z.string(),
    details: z.array(fieldProblem).max(mostListedProblems),
    requestId: z.string(),
    problemCount: z
      .int()
      .optional()
      .meta({ description: `The count of all problems, where there are more than the first ${mostListedProblems} in details.` }),
  })
  return jsonSchema(z.object({ success: z.literal(false), error, serverTime: serverTime.optional() }), 'output')
}

function jsonContent(schema: object, example?: unknown) {
  return { 'application/json': { schema, ...(example === undefined ? {} : { example }) } }
}

/** Converts a schema for one place of the document; schemas with an id stand once, among the components. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema, $defs, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return JSON.parse(JSON.stringify(rest).replaceAll('#/$defs/', '#/components/schemas/'))
}

function sharedSchemas() {
  const { $defs } = z.toJSONSchema(z.tuple([dataValue, moment, templateProblem, ticketWarning, timezone]), { io: 'input' })
  return JSON.parse(JSON.stringify($defs).replaceAll('#/$defs/', '#/components/schemas/'))
}
