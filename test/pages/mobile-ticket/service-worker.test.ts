import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import vm from 'node:vm'
import { DatabaseUnavailableError } from '../../../functions/database/unavailable.ts'
import { readMobileTicketWorker, writeFailurePage, writeMobileTicket } from '../../../functions/pages/mobile-ticket-page.ts'
import { LinkExpiredError } from '../../../functions/trust/guest-links.ts'

const url = 'https://tickets.example/mobile/1?signature=s'
const view = {
  title: 'Gala',
  code: 'TC-2026-000000000001',
  qr: '<svg></svg>',
  locale: 'en',
  direction: 'ltr',
  showCode: '',
  howToShow: '',
  facts: [],
  branding: null,
  links: { map: null, calendar: null, apple: null, google: null, pdf: null, png: null },
} as const
const ticket = await answerOf(200, writeMobileTicket({ ...view, facts: [] }))
const kept = new Map<string, Response>()
const cache = {
  match: async (address: string) => kept.get(address)?.clone(),
  put: async (address: string, response: Response) => void kept.set(address, response),
  delete: async (address: string) => kept.delete(address),
}
let answer: Response | Error
const listeners = new Map<string, (event: object) => void>()
vm.runInNewContext((await readMobileTicketWorker()).content.toString(), {
  self: { addEventListener: (name: string, listener: (event: object) => void) => listeners.set(name, listener) },
  caches: { open: async () => cache },
  fetch: async () => {
    if (answer instanceof Error) throw answer
    return answer.clone()
  },
  // No answer here is late.
  setTimeout: () => undefined,
  Headers,
  Response,
})

beforeEach(() => kept.clear())

async function answerOf(status: number, file: Promise<{ content: Buffer; headers: Record<string, string> }>) {
  const { content, headers } = await file
  return new Response(content.toString(), { status, headers })
}

/** Opens the ticket's address while this answers, and gives the text that the guest sees. */
async function open(answering: Response | Error): Promise<string> {
  answer = answering
  const noted: Promise<unknown>[] = []
  const shown = Promise.withResolvers<Response>()
  listeners.get('fetch')?.({
    request: { mode: 'navigate', method: 'GET', url },
    waitUntil: (work: Promise<unknown>) => noted.push(work),
    respondWith: shown.resolve,
  })
  await Promise.all(noted)
  return (await shown.promise).text()
}

test('a ticket that was opened once is available offline', async () => {
  assert.match(await open(ticket), /TC-2026-000000000001/)
  assert.match(await open(new TypeError('fetch failed')), /TC-2026-000000000001/)
})

/** Asks for the ticket to be kept, as its page does, while this answers; tells what it is answered. */
async function keep(answering: Response | Error): Promise<unknown> {
  answer = answering
  const told = Promise.withResolvers<unknown>()
  const noted: Promise<unknown>[] = []
  const waitUntil = (work: Promise<unknown>) => noted.push(work)
  listeners.get('message')?.({ data: url, ports: [{ postMessage: told.resolve }], waitUntil })
  await Promise.all(noted)
  return told.promise
}

test('a page that asks for it is cached, and available offline', async () => {
  assert.equal(await keep(ticket), true)
  assert.match(await open(new TypeError('fetch failed')), /TC-2026-000000000001/)
  assert.equal(await keep(new TypeError('fetch failed')), true, 'it is kept already')
})

test('a page that asks to be cached learns when it was not', async () => {
  const login = new Response('<h1>Room number?</h1>', { headers: { 'content-type': 'text/html' } })
  const down = await answerOf(503, writeFailurePage(new DatabaseUnavailableError(new Error('away')), 'en'))
  for (const answering of [login, down, new TypeError('fetch failed')]) assert.equal(await keep(answering), false)
  assert.equal(kept.size, 0)
})

test('a captive portal neither replaces a cached ticket nor is cached', async () => {
  await open(ticket)
  for (const status of [200, 404, 503]) {
    assert.match(await open(new Response('Room number?', { status })), /TC-2026-000000000001/)
    assert.match((await kept.get(url)?.clone().text()) ?? '', /TC-2026-000000000001/)
  }
  kept.clear()
  assert.equal(await open(new Response('Room number?')), 'Room number?')
  assert.equal(kept.size, 0)
})

test('a revoked ticket is no longer shown', async () => {
  await open(ticket)
  assert.doesNotMatch(
    await open(await answerOf(410, writeFailurePage(new LinkExpiredError('This ticket was revoked.'), 'en'))),
    /TC-2026-000000000001/,
  )
  assert.equal(kept.size, 0)
})
