import path from 'node:path'
import * as z from 'zod'
import { routes } from '../../../functions/contract/routes/routes.ts'
import demo from '../demo-event.json' with { type: 'json' }
import type { GatewayRoute } from './api-gateway.ts'
import { openPageFolder, pageRoute } from './page-folder.ts'

/** The addresses of the service and of its metrics for Prometheus, if any. If `signed`, a browser cannot call it. */
export interface Home {
  url: string
  metricsUrl: string | undefined
  signed: boolean
}

const pages = openPageFolder(path.join(import.meta.dirname, '../home'), {})
const ticket = z.object({ data: routes['generate-ticket'].success.data })
const mobileTicket = z.object({ data: routes['get-ticket'].success.data })
const door = z.object({ data: routes['create-door'].success.data })
const templates = z.object({ data: routes['list-templates'].success.data })
const dayMs = 86_400_000

/**
 * Makes the routes of the page at /, with everything that a browser can open of a local server. A deployed
 * service has none of them.
 */
export function homeRoutes({ url, metricsUrl, signed }: Home): GatewayRoute[] {
  const metrics = metricsUrl ? `<li><a href="${metricsUrl}"><strong>Metrics</strong><small>For Prometheus.</small></a></li>` : ''
  return [
    pageRoute('/', async () => {
      const designs = signed ? '<li>Calls must be signed here (REQUIRE_AUTH=1).</li>' : await listDesigns(url)
      return await pages.respondPage({
        change: (page) =>
          page.replace('<!-- designs -->', designs).replace('<!-- metrics -->', metrics).replaceAll('<!-- url -->', url),
      })
    }),
    pageRoute('/open/{what}', async ({ pathParameters }) => await openExample(url, pathParameters?.what ?? '')),
  ]
}

/** Lists the built-in templates, each with a picture that leads to a ticket of it. */
async function listDesigns(url: string): Promise<string> {
  const { data } = templates.parse(await (await fetch(`${url}${routes['list-templates'].path}?limit=50`)).json())
  return data.templates
    .filter(({ builtIn }) => builtIn)
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
  const body = { eventId: demo.eventId, templateId: Number(id), guestId: guest?.guestId }
  const answer = await call(url, routes['generate-ticket'].path, body)
  if (!answer.ok) return await pass(answer)
  const { pdfUrl, ticketId } = ticket.parse(await answer.json()).data
  if (kind === 'ticket') return redirect(pdfUrl)
  const found = await fetch(`${url}${routes['get-ticket'].path.replace('{ticketId}', String(ticketId))}`)
  return redirect(mobileTicket.parse(await found.json()).data.links.mobileUrl)
}

async function drawDesign(url: string, id: string) {
  const answer = await call(url, routes['preview-template'].path.replace('{templateId}', id), { format: 'png' })
  if (!answer.ok) return await pass(answer)
  const body = Buffer.from(await answer.arrayBuffer()).toString('base64')
  const headers = { 'content-type': 'image/png', 'cache-control': 'private, max-age=300' }
  return { statusCode: 200, headers, body, isBase64Encoded: true }
}

async function call(url: string, target: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return await fetch(`${url}${target}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

function redirect(location: string) {
  return { statusCode: 302, headers: { location, 'cache-control': 'no-store' }, body: '' }
}

/** Forwards the service's refusal. */
async function pass(answer: Response) {
  return { statusCode: answer.status, headers: { 'content-type': 'application/json' }, body: await answer.text() }
}
