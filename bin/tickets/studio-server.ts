import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { pathParams } from '../../functions/contract/routes/path-params.ts'
import { routes } from '../../functions/contract/routes/routes.ts'
import { CoreError } from '../client/core-client.ts'
import { type ApiHandler, type GatewayRoute, openApiGateway } from '../local/gateway/api-gateway.ts'
import type { Failure } from '../local/gateway/gateway-failures.ts'
import { studioRoutes } from '../local/gateway/studio-routes.ts'
import { toFailure } from './client-failures.ts'
import type { Session } from './command.ts'
import { messageOf } from './failures.ts'

/** The service whose templates are edited. */
type Service = Pick<Session, 'core' | 'url'>

/** A running studio. */
export interface StudioServer {
  /** The link of the page, whose first part is a secret key. */
  url: string
  stop(): Promise<void>
}

interface StudioOptions {
  port: number
  readOnly: boolean
  log(line: string): void
}

const host = '127.0.0.1'
const reading = ['list-templates', 'get-template', 'check-template', 'preview-draft', 'preview-event'] as const
const writing = ['create-template', 'replace-template', 'archive-template', 'replace-branding'] as const

/**
 * Serves the studio page on this machine and forwards its calls about templates, which `service` signs. Other
 * accounts of this machine can connect too, so each path begins with a key that only the link holds.
 * @throws StartFailure when the port cannot be used.
 */
export async function openStudio(service: Service, { port, readOnly, log }: StudioOptions): Promise<StudioServer> {
  const key = randomBytes(16).toString('hex')
  const gateway = await openApiGateway({ host, port })
  const studio = studioRoutes({ signed: false, service: service.url, readOnly })
  const forwarded = [...reading, ...(readOnly ? [] : writing)].map((name): GatewayRoute => {
    const { method, path } = routes[name]
    return { name, method, path, timeoutSeconds: 40, authorization: 'none', handler: forward(service, { method, path }, log) }
  })
  gateway.serve({
    routes: [...studio, ...forwarded].map((route) => ({ ...route, path: `/{key}${route.path}` })),
    refuse: (request) => refuse(request, { port: gateway.port, key }),
    log,
  })
  return { url: `http://${host}:${gateway.port}/${key}/studio`, stop: gateway.stop }
}

/** Refuses requests of other web pages, even under a host name that resolves to this machine, and wrong keys. */
function refuse({ headers, url = '' }: IncomingMessage, own: { port: number; key: string }): Failure | undefined {
  const forbid = (message: string): Failure => ({ status: 403, code: 'FORBIDDEN', message })
  const origins = [host, 'localhost'].map((name) => new URL(`http://${name}:${own.port}`).origin)
  const origin = `http://${headers.host}`
  if (!origins.includes(origin)) return forbid(`The header Host must be that of ${origins.join(' or ')}.`)
  if (headers.origin !== undefined && headers.origin !== origin) return forbid(`The header Origin must be ${origin}.`)
  const given = Buffer.from(url.split('/')[1] ?? '')
  const isKey = given.length === own.key.length && timingSafeEqual(given, Buffer.from(own.key))
  return isKey ? undefined : forbid('The key is missing or wrong: open the link that "npx tickets studio" printed.')
}

/** Makes a handler that forwards a route. Why a call failed on the way is only shown in the terminal. */
function forward({ core, url }: Service, route: { method: string; path: string }, log: (line: string) => void): ApiHandler {
  return async ({ pathParameters, queryStringParameters, body, requestContext: { requestId } }) => {
    const { templateId = '1', eventId = '1' } = pathParameters ?? {}
    // Dots would lead to another route.
    if (!pathParams.templateId.schema.safeParse(templateId).success)
      return refuseWith(404, { code: 'TEMPLATE_NOT_FOUND', message: 'No template has this id.', requestId })
    if (!pathParams.eventId.schema.safeParse(eventId).success)
      return refuseWith(404, { code: 'EVENT_NOT_FOUND', message: 'No event has this id.', requestId })
    try {
      const path = route.path.replace('{templateId}', templateId).replace('{eventId}', eventId)
      const query = new URLSearchParams(Object.entries(queryStringParameters ?? {}).map(([name, value]) => [name, value ?? '']))
      const content = body === null ? {} : { headers: { 'content-type': 'application/json' }, body }
      const response = await core.send(`${path}?${query}`, { method: route.method, ...content, retrySeconds: 0 })
      const type = response.headers.get('content-type') ?? 'no content type'
      if (!/^(?:application\/(?:json|pdf)|image\/png)(?:;|$)/.test(type)) throw new Error(`${url} answered with ${type}.`)
      const shown = ['content-type', 'x-page-count'].map((name) => [name, response.headers.get(name)] as const)
      const headers = { ...Object.fromEntries(shown.filter(([, value]) => value)), 'x-content-type-options': 'nosniff' }
      const bytes = Buffer.from(await response.arrayBuffer())
      return { statusCode: response.status, headers, body: bytes.toString('base64'), isBase64Encoded: true }
    } catch (error) {
      if (error instanceof CoreError && error.code !== null) return refuseWith(error.status, error)
      log(messageOf(toFailure(error)))
      const message = `${url} cannot be used: the terminal of "npx tickets studio" says why.`
      return refuseWith(502, { code: 'INTERNAL_ERROR', message, requestId })
    }
  }
}

type Refusal = Pick<CoreError, 'code' | 'message' | 'requestId'> & Partial<Pick<CoreError, 'details'>>

function refuseWith(statusCode: number, { code, message, details = [], requestId }: Refusal) {
  const body = JSON.stringify({ success: false, error: { code, message, details, requestId } })
  return { statusCode, headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' }, body }
}
