import type * as z from 'zod'
import { idempotencyKey, idempotencyKeyHours } from './idempotency-key.ts'
import { noticeExample, noticeSchema, notices } from './notices.ts'
import { type Components, collectComponents } from './openapi/components.ts'
import { introduction } from './openapi/introduction.ts'
import { errorExamples, errorSchema, headers, jsonContent, methodNotAllowed, responsesOf } from './openapi/responses.ts'
import { securityOf, securitySchemes } from './openapi/security.ts'
import { type GatewayMethod, gatewayMethods, methodThrottles } from './routes/gateway.ts'
import type { Route } from './routes/route.ts'
import { routes, routeTags } from './routes/routes.ts'

/** Describes the contract as OpenAPI 3.1, from the route table. With `anyoneMayCall` Core need not sign. */
export function openApiDocument({
  version,
  url,
  anyoneMayCall = false,
}: {
  version: string
  url: string
  anyoneMayCall?: boolean
}) {
  const components = collectComponents()
  const paths: Record<string, Record<string, ReturnType<typeof operation>>> = {}
  // The route that refuses unknown paths is not documented.
  for (const [name, route] of Object.entries<Route>(routes))
    for (const mount of route.method === 'ANY' ? [] : gatewayMethods(route))
      paths[mount.path] = {
        ...paths[mount.path],
        [route.method.toLowerCase()]: operation(name, route, { ...mount, components, anyoneMayCall }),
      }
  const webhooks = Object.entries(notices).map(([type, notice]) => [type, { post: webhook(type, notice, components) }])
  const error = errorSchema(components)
  return components.resolve((schemas) => ({
    openapi: '3.1.0' as const,
    info: {
      title: 'Ticket Generator Service',
      version,
      description: introduction({ url, anyoneMayCall }),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url }],
    tags: [...Object.entries(routeTags).map(([name, { description }]) => ({ name, description })), noticesTag],
    paths,
    webhooks: Object.fromEntries(webhooks),
    components: {
      schemas: { ...schemas, Error: error },
      examples: errorExamples,
      headers,
      responses: { MethodNotAllowed: methodNotAllowed },
      securitySchemes,
    },
  }))
}

const noticesTag = {
  name: 'Notices',
  description: [
    'The SNS topic `ticket-events` carries a message for every change. A consumer must',
    '',
    '- ignore a notice whose `id` it has seen, since each is delivered at least once;',
    '- order by `sequence`, not by arrival: where only the latest state counts, keep the largest of each `subject`;',
    '- ignore types and fields that it does not know.',
    '',
    'A filter policy selects by the message attribute `type`. A notice holds ids and codes, never personal data: read the rest here.',
  ].join('\n'),
}

/** Describes a notice of the SNS topic. SNS posts it over HTTPS, in its envelope unless a subscriber asks for raw messages. */
function webhook(type: string, { meaning, data }: { meaning: string; data: z.ZodObject }, components: Components) {
  const schema = noticeSchema(type, data)
  // The oldest notice repeats its data at the top level for older consumers.
  const repeated = Object.entries(data.shape).map(([name, part]) => [name, part.meta({ deprecated: true })])
  const sent = type === 'batch.completed' ? schema.extend(Object.fromEntries(repeated)) : schema
  return {
    operationId: `on-${type}`,
    tags: [noticesTag.name],
    summary: meaning,
    description: 'With raw message delivery SNS delivers it as it is, else as a text in `Message`.',
    security: [],
    requestBody: { required: true, content: jsonContent(components.describe(sent, 'output'), noticeExample(type, data)) },
    responses: { 200: { description: 'Received; any other answer is an attempt that SNS repeats.' } },
  }
}

type Place = GatewayMethod & { components: Components; anyoneMayCall: boolean }

function operation(name: string, route: Route, place: Place) {
  const isForDoors = place.path !== route.path
  return {
    operationId: isForDoors ? `${name}-at-door` : name,
    tags: Object.entries(routeTags).flatMap(([tag, { holds }]) => (name in holds ? [tag] : [])),
    summary: isForDoors ? `${route.summary} (with a door pass)` : route.summary,
    description: describe(route),
    ...(route.deprecated ? { deprecated: true } : {}),
    security: securityOf(route, { ...place, isForDoors }),
    parameters: parametersOf(route, place),
    ...(route.body
      ? {
          requestBody: {
            required: !route.body.safeParse(undefined).success,
            content: jsonContent(place.components.describe(route.body, 'input'), route.example.body),
          },
        }
      : {}),
    responses: responsesOf(route, place.components),
  }
}

function describe({ description, success, timeoutSeconds, access, takesKey, deprecated }: Route): string {
  const { perSecond, burst } = methodThrottles[access]
  return [
    deprecated,
    description ?? success.description,
    takesKey ? `With the header \`Idempotency-Key\` it is safe to repeat for ${idempotencyKeyHours} hours.` : undefined,
    `Answers within ${timeoutSeconds} seconds, up to ${perSecond} calls a second and ${burst} concurrently.`,
  ]
    .filter(Boolean)
    .join('\n\n')
}

function parametersOf(route: Route, { components }: Place) {
  const key = { name: 'Idempotency-Key', in: 'header', required: false, schema: components.describe(idempotencyKey, 'input') }
  return [
    ...parameters('path', route, components),
    ...parameters('query', route, components),
    ...(route.takesKey ? [{ ...key, example: '0190f0a2-7c1e-7d3a-9b55-1f2e3d4c5b6a' }] : []),
  ]
}

function parameters(place: 'path' | 'query', { params, query, example }: Route, components: Components) {
  const schema = place === 'path' ? params : query
  const examples = place === 'path' ? example.params : example.query
  return Object.entries(schema?.shape ?? {}).map(([name, part]) => ({
    name,
    in: place,
    required: !part.safeParse(undefined).success,
    // The parsed value: an integer is documented as one.
    schema: components.describe(part, 'output'),
    ...(examples?.[name] === undefined ? {} : { example: part.parse(examples[name]) }),
  }))
}
