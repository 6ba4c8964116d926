import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import * as z from 'zod'
import { type GatewayMethod, gatewayMethods } from '../../../functions/contract/routes/gateway.ts'
import type { Route } from '../../../functions/contract/routes/route.ts'
import { routes } from '../../../functions/contract/routes/routes.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { service } from '../../fixtures/service.ts'

const { call } = service
const eventId = nextEventId()
const batchId = `examples-${randomUUID()}`

/** What stands in the examples for things that exist here. */
const standIns = {
  eventId: 456,
  ticketId: 789,
  ticketCode: 'TC-2024-7ZK3M9QX4T2B',
  batchId: 'batch-789',
  scanId: '0190f0a2-7c1e-7d3a-9b55-1f2e3d4c5b6a',
}
type Known = Record<keyof typeof standIns, string | number> & Record<string, string | number>

/** Writes an example's request with what exists here. */
function real<Value>(example: Value, known: Known): Value {
  const text = JSON.stringify(example, (key, value) => (key in known ? known[key] : value))
  return text && JSON.parse(text.replaceAll(standIns.ticketCode, String(known.ticketCode)))
}

let restoreKeys: () => Promise<unknown> = async () => undefined
const registered = await prepare()

/** Registers what the examples are about: an event, its guests, a batch, a door, a template, and a key that is retired. */
async function prepare() {
  const known = { ...standIns, eventId, batchId }
  for (const name of ['register-event', 'register-guests', 'create-batch'] as const)
    assert.ok((await run(name, known)).status < 300, name)
  const { doorId } = (await run('create-door', known)).json.data
  const { templateId } = (await run('create-template', known)).json.data
  const file = path.join(service.stateFolder, 'signing-keys.json')
  const text = await readFile(file, 'utf8')
  const { ed25519, ...others } = JSON.parse(text)
  const retired = { ...ed25519[0], kid: 77, retiredAt: new Date().toISOString() }
  await writeFile(file, JSON.stringify({ ...others, ed25519: [retired, ...ed25519] }))
  restoreKeys = () => writeFile(file, text)
  return { doorId, templateId, kid: 77 }
}

let lastGuest = 1_000_000

/** Makes a ticket of its own for a call, with its links. */
async function makeTicket(): Promise<{ known: Known; links: string[] }> {
  const data = { firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com' }
  const { ticketId } = (await call('POST', '/api/tickets/generate', { eventId, guestId: ++lastGuest, data })).json.data
  const ticket = (await call('GET', `/api/tickets/${ticketId}`)).json.data
  const links = [ticket.qrCodeUrl, ticket.pdfUrl, ...Object.values(ticket.links)].filter((link) => typeof link === 'string')
  const { ticketCode } = ticket
  return {
    known: {
      eventId,
      batchId,
      ...registered,
      ticketId,
      ticketCode,
      serialNumber: ticketCode,
      scanId: randomUUID(),
      guestId: lastGuest,
    },
    links,
  }
}

/** Sends the example of a route, at its own place or another. */
async function run(
  name: string,
  known: Known,
  more: { place?: GatewayMethod; search?: string; headers?: Record<string, string> } = {},
) {
  const { place } = more
  const { method, example, ...route }: Route = z
    .custom<Route>()
    .parse(Object.entries<Route>(routes).find(([one]) => one === name)?.[1])
  const target = (place?.path ?? route.path).replace(/\{(\w+)\}/g, (_, param) => String(known[param] ?? example.params?.[param]))
  const search = more.search ?? (example.query ? `?${new URLSearchParams(real(example.query, known))}` : '')
  // The guests of examples are registered; the one of a ticket is in paths alone.
  const { guestId: _, ...others } = known
  const body = real(example.body, { ...others, batchId: place ? `examples-${randomUUID()}` : batchId } as Known)
  const response = await fetch(new URL(`${target}${search}`, service.url), {
    method,
    redirect: 'manual',
    headers: { ...(example.body === undefined ? {} : { 'content-type': 'application/json' }), ...more.headers },
    ...(example.body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return { status: response.status, json: isJson && text ? JSON.parse(text) : undefined, text }
}

/** Finds what authorizes a call besides a signature: the query of a guest's link, a door pass, the token of a wallet pass. */
async function authorize(route: Route, place: GatewayMethod, { known, links }: Awaited<ReturnType<typeof makeTicket>>) {
  if (route.query?.shape.signature) {
    const link = links
      .map((one) => new URL(one))
      .find(({ pathname }) => pathname === route.path.replace('{ticketId}', String(known.ticketId)))
    assert.ok(link, `no link of a ticket leads to ${route.path}`)
    return { search: link.search }
  }
  if (place.path.startsWith('/door/')) {
    const { pass } = (await run('create-door', known)).json.data
    return { headers: { authorization: `Door ${pass}` } }
  }
  if (!route.errors.includes('PASS_TOKEN_WRONG')) return {}
  const { authenticationToken } = (await openClients(['links'])).links.passService(String(known.ticketCode))
  return { headers: { authorization: `ApplePass ${authenticationToken}` } }
}

for (const [name, route] of Object.entries<Route>(routes)) {
  if (route.method === 'ANY') continue
  test(`the example of ${name} is answered as the contract says`, async () => {
    const { success, example } = route
    assert.ok(
      !route.body || example.body !== undefined,
      'It has no example.body: say in functions/contract/routes/ what is sent.',
    )
    assert.ok(!('data' in success || 'document' in success) || example.answer !== undefined, 'It has no example.answer.')
    for (const place of gatewayMethods(route)) {
      const ticket = await makeTicket()
      const { status, json, text } = await run(name, ticket.known, { place, ...(await authorize(route, place, ticket)) })
      const pending = 'pending' in success ? success.pending : undefined
      const elsewhere = 'elsewhere' in success ? [success.elsewhere.status] : []
      const empty = 'empty' in success ? Object.keys(success.empty).map(Number) : []
      assert.ok([success.status, pending?.status, ...elsewhere, ...empty].includes(status), `${status} ${text.slice(0, 500)}`)
      const schema: z.ZodType | undefined =
        status === pending?.status
          ? pending.data
          : 'data' in success
            ? success.data
            : 'document' in success
              ? success.document
              : undefined
      if (!schema || !json) continue
      const answer = json.data ?? json
      assert.deepEqual(schema.safeParse(answer).error?.issues, undefined)
      if (name === 'get-openapi') continue
      assert.deepEqual(
        Object.keys(answer).sort(),
        Object.keys(example.answer as object).sort(),
        'The example has not the fields of the answer.',
      )
    }
    if (name === 'reissue-key') await restoreKeys()
  })
}

test('the five calls that the document opens with lead from nothing to a file of tickets, as they stand', async () => {
  const { info } = (await call('GET', '/openapi.json')).json
  const calls = Array.from(info.description.matchAll(/```sh\n\s*(curl .*)\n/g), ([, line]) => String(line))
  assert.equal(calls.length, 5)
  const folder = await mkdtemp(path.join(os.tmpdir(), 'first-calls-'))
  after(() => rm(folder, { recursive: true }))
  const shell = async (line: string) =>
    (await promisify(execFile)('bash', ['-c', `${line} --fail --silent --show-error`], { cwd: folder })).stdout
  const [follow = '', download = ''] = calls.splice(3)
  for (const line of calls) assert.equal(JSON.parse(await shell(line)).success, true)
  await eventually('the batch is done', async () => JSON.parse(await shell(follow)).data.status === 'completed')
  await eventually('the file is made', async () => {
    await shell(download)
    return (await readFile(path.join(folder, 'tickets.pdf'))).subarray(0, 5).toString() === '%PDF-'
  })
})
