import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { pathParams } from '../../functions/contract/routes/path-params.ts'
import { routes } from '../../functions/contract/routes/routes.ts'
import { type ApiHandler, openApiGateway } from '../local/gateway/api-gateway.ts'
import type { Failure } from '../local/gateway/gateway-failures.ts'
import { studioRoutes } from '../local/gateway/studio-routes.ts'
import { messageOf } from './failures.ts'
import type { Service } from './service.ts'

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
  const names = [...reading, ...(readOnly ? [] : writing)]
  const common = { timeoutSeconds: 40, authorization: 'none' } as const
  const forwarded = names.map((name) => ({ name, method: routes[name].method, path: routes[name].path, ...common }))
  gateway.serve({
    routes: [...studio.routes, ...forwarded].map((route) => ({ ...route, path: `/{key}${route.path}` })),
    handlers: { ...studio.handlers, ...Object.fromEntries(names.map((name) => [name, forward(service, routes[name], log)])) },
    refuse: (request) => refuse(request, { port: gateway.port, key }),
    log,
  })
  return { url: `http://${host}:${gateway.port}/${key}/studio`, stop: gateway.stop }
}

/** Refuses what other web pages send, also under a name that they resolve to this machine, and wrong keys. */
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

/** Makes a handler that forwards a route. Only the terminal is told why a call failed on the way. */
function forward(service: Service, route: { method: string; path: string }, log: (line: string) => void): ApiHandler {
  return async ({ pathParameters, queryStringParameters, body, requestContext }) => {
    const fail = (statusCode: number, code: string, message: string) => {
      const error = { code, message, details: [], requestId: requestContext.requestId }
      return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ success: false, error }) }
    }
    const { templateId = '1', eventId = '1' } = pathParameters ?? {}
    // Dots would lead to another route.
    if (!pathParams.templateId.schema.safeParse(templateId).success)
      return fail(404, 'TEMPLATE_NOT_FOUND', 'No template has this id.')
    if (!pathParams.eventId.schema.safeParse(eventId).success) return fail(404, 'EVENT_NOT_FOUND', 'No event has this id.')
    try {
      const query = Object.fromEntries(Object.entries(queryStringParameters ?? {}).map(([name, value]) => [name, value ?? '']))
      const { status, headers, content } = await service.forward(route, {
        params: { templateId, eventId },
        query,
        body: body ?? undefined,
      })
      const type = headers.get('content-type') ?? 'no content type'
      if (!/^(?:application\/(?:json|pdf)|image\/png)(?:;|$)/.test(type)) throw new Error(`${service.url} answered with ${type}.`)
      const shown = ['content-type', 'x-page-count'].map((name) => [name, headers.get(name)] as const)
      const sent = { ...Object.fromEntries(shown.filter(([, value]) => value)), 'x-content-type-options': 'nosniff' }
      return { statusCode: status, headers: sent, body: content.toString('base64'), isBase64Encoded: true }
    } catch (error) {
      log(messageOf(error))
      return fail(502, 'INTERNAL_ERROR', `${service.url} cannot be used: the terminal of "npx tickets studio" says why.`)
    }
  }
}
