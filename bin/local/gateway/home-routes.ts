import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod'
import { routes } from '../../../functions/contract/routes/routes.ts'
import { pagePolicy } from '../../../functions/pages/page-modules.ts'
import demo from '../demo-event.json' with { type: 'json' }
import type { ApiHandler, GatewayRoute } from './api-gateway.ts'

/** Where the service answers, and Prometheus, if it is to. If `signed`, a browser cannot call it. */
export interface Home {
  url: string
  metricsUrl: string | undefined
  signed: boolean
}

const page = path.join(import.meta.dirname, '../home/index.html')
const ticket = z.object({ data: routes['generate-ticket'].success.data })
const door = z.object({ data: routes['create-door'].success.data })
const templates = z.object({ data: routes['list-templates'].success.data })
const dayMs = 86_400_000

/**
 * Makes the routes of the page at /, with everything that a browser can open of a local server. A deployed
 * service has none of them.
 */
export function homeRoutes(home: Home): { routes: GatewayRoute[]; handlers: Record<string, ApiHandler> } {
  const common = { method: 'GET', timeoutSeconds: 29, authorization: 'none' } as const
  return {
    routes: [
      { name: 'get-home', path: '/', ...common },
      { name: 'open-example', path: '/open/{what}', ...common },
    ],
    handlers: {
      'get-home': async () => await respondPage(home),
      'open-example': async ({ pathParameters }) => await openExample(home.url, pathParameters?.what ?? ''),
    },
  }
}

async function respondPage({ url, metricsUrl, signed }: Home) {
  const nonce = randomBytes(16).toString('base64')
  const metrics = metricsUrl ? `<li><a href="${metricsUrl}"><strong>Metrics</strong><small>For Prometheus.</small></a></li>` : ''
  const html = (await readFile(page, 'utf8'))
    .replace('nonce=""', `nonce="${nonce}"`)
    .replace('<!-- designs -->', signed ? '<li>Calls must be signed here (REQUIRE_AUTH=1).</li>' : await listDesigns(url))
    .replace('<!-- metrics -->', metrics)
    .replaceAll('<!-- url -->', url)
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': pagePolicy({ 'style-src': `'nonce-${nonce}'` }),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  }
  return { statusCode: 200, headers, body: html }
}

/** Lists the built-in templates, each with a picture that leads to a ticket of it. */
async function listDesigns(url: string): Promise<string> {
  const { data } = templates.parse(await (await fetch(`${url}${routes['list-templates'].path}?limit=50`)).json())
  const designs = data.templates.filter(({ builtIn }) => builtIn)
  return designs
    .map(
      ({ templateId: id, name }) =>
        `<li><a href="/open/ticket-${id}"><img src="/open/design-${id}" alt="" loading="lazy"><strong>${name}</strong></a></li>`,
    )
    .join('')
}

async function openExample(url: string, what: string) {
  const [, kind, id = '1'] = /^(ticket|design|phone|door)(?:-(\d{1,15}))?$/.exec(what) ?? []
  if (kind === 'design') return await drawDesign(url, id)
  if (kind === 'door') {
    const body = { label: 'North gate', expiresAt: new Date(Date.now() + dayMs).toISOString() }
    const answer = await call(url, routes['create-door'].path.replace('{eventId}', String(demo.eventId)), body)
    return answer.ok ? redirect(door.parse(await answer.json()).data.url) : await pass(answer)
  }
  if (kind === undefined) return { statusCode: 404, headers: { 'content-type': 'text/plain' }, body: 'There is no such example.' }
  // A guest for each design: a ticket of its own.
  const guest = demo.guests[(Number(id) - 1) % demo.guests.length]
  const answer = await call(url, routes['generate-ticket'].path, {
    ...{ eventId: demo.eventId, templateId: Number(id), guestId: guest?.guestId },
  })
  if (!answer.ok) return await pass(answer)
  const { pdfUrl, ticketId } = ticket.parse(await answer.json()).data
  if (kind === 'ticket') return redirect(pdfUrl)
  const found = await fetch(`${url}${routes['get-ticket'].path.replace('{ticketId}', String(ticketId))}`)
  return redirect(z.object({ data: routes['get-ticket'].success.data }).parse(await found.json()).data.links.mobileUrl)
}

async function drawDesign(url: string, id: string) {
  const answer = await call(url, routes['preview-template'].path.replace('{templateId}', id), { format: 'png' })
  if (!answer.ok) return await pass(answer)
  const body = Buffer.from(await answer.arrayBuffer()).toString('base64')
  return {
    ...{ statusCode: 200, headers: { 'content-type': 'image/png', 'cache-control': 'private, max-age=300' } },
    ...{ body, isBase64Encoded: true },
  }
}

async function call(url: string, target: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return await fetch(`${url}${target}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

function redirect(location: string) {
  return { statusCode: 302, headers: { location, 'cache-control': 'no-store' }, body: '' }
}

/** Passes on what the service says where it refuses. */
async function pass(answer: Response) {
  return { statusCode: answer.status, headers: { 'content-type': 'application/json' }, body: await answer.text() }
}
