import { setTimeout as delay } from 'node:timers/promises'
import { type RouteName, routes } from '../../../functions/contract/routes/routes.ts'
import { ticketStates } from '../../../functions/contract/schemas/lists.ts'
import { firstChange } from './seed.ts'

/** A call of a route that reads: what it reads besides the route's name, its address, and what is sent. */
export interface Call {
  route: RouteName
  detail: string
  url: string
  request: RequestInit
}

const guest = { firstName: 'Zoé', lastName: 'Lefèvre', email: 'zoe@example.com' }
const words = ['amelie guest7', 'gue', 'guest5004@example.com', 'lefevre', 'nobody', 'TC-2030-']

/** What the bench needs of the answer of "get-ticket". */
interface Ticket {
  ticketCode: string
  qrCodeUrl: string
  pdfUrl: string
  links: Record<'pngUrl' | 'mobileUrl' | 'calendarUrl' | 'appleWalletUrl', string>
}

/** A route, what is read of it, and where. */
type Line = [route: RouteName, detail: string, path: string]

/**
 * Lists calls of each route that reads, about an event with guests. Before, a guest comes whose ticket is printed in a batch, downloaded, and saved
 * to a wallet. @throws Error when it leaves out a route.
 */
export async function listCalls(service: string, eventId: number): Promise<Call[]> {
  const event = `/api/events/${eventId}`
  const { batchId, ticketId } = await printTicket(service, eventId)
  const ticket: Ticket = await ask(service, `/api/tickets/${ticketId}`)
  const { pass } = await ask(service, `${event}/doors`, { label: 'Bench', guestList: true })
  const wallet = await saveToWallet(ticket.links.appleWalletUrl)
  const searches = [...words, ticket.ticketCode.slice(0, 14)]
  const callsOf = (lines: Line[], request: RequestInit = {}) =>
    lines.map(([route, detail, path]) => ({
      ...{ route, detail, url: new URL(path, service).href, request: { redirect: 'manual', ...request } as const },
    }))
  const calls = [
    ...callsOf([...listLines(event, searches), ...itemLines(event, eventId), ...linkLines(ticket), ...pageLines]),
    ...callsOf([['get-ticket', '', `/api/tickets/${ticketId}`]]),
    ...callsOf([['download-batch', 'ready', `/api/batches/${batchId}/download`]]),
    ...callsOf([['validate-ticket', '', '/api/tickets/validate']], jsonOf({ code: ticket.ticketCode })),
    ...callsOf(doorLines(`/door${event}`, searches), { headers: { authorization: `Door ${pass}` } }),
    ...callsOf([['list-changed-passes', '', wallet.device]]),
    ...callsOf([['get-latest-pass', '', wallet.pass]], { headers: { authorization: wallet.authorization } }),
  ]
  const called = new Set<string>(calls.map(({ route }) => route))
  const left = Object.entries(routes).filter(([name, { method }]) => method === 'GET' && !called.has(name))
  if (left.length > 0) throw new Error(`The bench leaves out ${left.map(([name]) => name).join(', ')}.`)
  return calls
}

const since = (second: number) => `updatedSince=${new Date(Date.parse(firstChange) + second * 1000).toISOString()}`

/** The lists of events, and of an event's guests, tickets and entries. */
function listLines(event: string, searches: string[]): Line[] {
  return [
    ['list-events', '', '/api/events'],
    ['list-events', 'in the middle', `/api/events?cursor=${event.split('/').at(-1)}`],
    ['list-events', 'by change', `/api/events?${since(0)}`],
    ['list-guests', '', `${event}/guests`],
    ['list-guests', 'in the middle', `${event}/guests?cursor=5000`],
    ['list-guests', '1,000 a page', `${event}/guests?limit=1000`],
    ['list-guests', 'by change', `${event}/guests?${since(5)}`],
    ...searches.map((q): Line => ['list-guests', `by ${q}`, `${event}/guests?q=${encodeURIComponent(q)}`]),
    ['list-tickets', '', `${event}/tickets`],
    ['list-tickets', '1,000 a page', `${event}/tickets?limit=1000`],
    ['list-tickets', 'by change', `${event}/tickets?${since(5)}`],
    ...ticketStates.map((state): Line => ['list-tickets', state, `${event}/tickets?status=${state}`]),
    ['list-entries', '', `${event}/entries`],
    ['list-entries', '1,000 a page', `${event}/entries?limit=1000`],
    ['list-entries', 'by change', `${event}/entries?${since(5)}`],
    ['list-entries', 'refused', `${event}/entries?outcome=refused`],
  ]
}

/** What is read of an event, a guest, a batch or a template. */
function itemLines(event: string, eventId: number): Line[] {
  return [
    ['get-event', 'with counts', event],
    ['get-attendance', '', `${event}/attendance`],
    ['get-guest', '', `${event}/guests/5005`],
    ['export-guest', '', `${event}/guests/5005/export`],
    ['list-doors', '', `${event}/doors`],
    ['list-revocations', '', `${event}/revocations`],
    ['list-revocations', 'what is new', `${event}/revocations?after=9900`],
    ['get-batch-status', '', `/api/batches/batch-${eventId}/status`],
    ['get-batch-status', '1,000 a page', `/api/batches/batch-${eventId}/status?limit=1000`],
    ['list-templates', '', '/api/templates'],
    ['get-template', '', '/api/templates/1'],
    ['get-template', 'a version', '/api/templates/1?version=1'],
  ]
}

function linkLines({ qrCodeUrl, pdfUrl, links }: Ticket): Line[] {
  return [
    ['get-qr-code', '', qrCodeUrl],
    ['get-pdf', '', pdfUrl],
    ['get-png', '', links.pngUrl],
    ['get-mobile-ticket', '', links.mobileUrl],
    ['get-calendar-entry', '', links.calendarUrl],
    ['get-wallet-pass', '', links.appleWalletUrl],
  ]
}

function doorLines(event: string, searches: string[]): Line[] {
  return [
    ...searches.map((q): Line => ['find-guests', `by ${q}`, `${event}/guests?q=${encodeURIComponent(q)}`]),
    ['get-guest-list', 'all 10,000', `${event}/guest-list`],
    ['get-guest-list', 'what is new', `${event}/guest-list?after=${(Date.parse(firstChange) + 9900) * 1000}`],
  ]
}

const pageLines: Line[] = [
  ['get-mobile-ticket-worker', '', '/t/service-worker.js'],
  ['get-ticket-keys', '', '/.well-known/ticket-keys.json'],
  ['get-door', '', '/door'],
  ['get-door-asset', '', '/door/door.css'],
  ['get-docs', '', '/docs'],
  ['get-openapi', '', '/openapi.json'],
  ['get-health', '', '/health'],
  ['get-detailed-health', '', '/health/detailed'],
]

/** Prints a ticket for a new guest in a batch, and has the batch made a download. */
async function printTicket(service: string, eventId: number): Promise<{ batchId: string; ticketId: number }> {
  const request = { eventId, templateId: 1, guests: [{ guestId: 20_000, data: guest }] }
  const { batchId } = await ask(service, '/api/tickets/batch', request)
  for (;;) {
    const status = await ask(service, `/api/batches/${batchId}/status`)
    if (status.status === 'completed') {
      const { status: download } = await fetch(new URL(`/api/batches/${batchId}/download`, service), { redirect: 'manual' })
      if (download === 302) return { batchId, ticketId: status.tickets[0].ticketId }
    }
    await delay(200)
  }
}

/** Saves a pass as a phone does; the entries of its archive are stored as they are. */
async function saveToWallet(link: string) {
  const archive = await (await fetch(link)).text()
  const read = (name: string) => new RegExp(`"${name}":"([^"]+)"`).exec(archive)?.[1]
  const [mount, passType, serialNumber] = [`${read('webServiceURL')}/v1`, read('passTypeIdentifier'), read('serialNumber')]
  const authorization = `ApplePass ${read('authenticationToken')}`
  const device = `${mount}/devices/bench/registrations/${passType}`
  const request = jsonOf({ pushToken: 'aa01' })
  await fetch(`${device}/${serialNumber}`, { ...request, headers: { ...request.headers, authorization } })
  return { device, pass: `${mount}/passes/${passType}/${serialNumber}`, authorization }
}

/** Calls the service as Core does, and returns the data of its answer. */
async function ask(service: string, path: string, body?: object) {
  const response = await fetch(new URL(path, service), body && jsonOf(body))
  const { data, error } = await response.json()
  if (error) throw new Error(`${path}: ${JSON.stringify(error)}`)
  return data
}

function jsonOf(body: object) {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
