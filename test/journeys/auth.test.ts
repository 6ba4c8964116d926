import assert from 'node:assert/strict'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openCore } from '../../bin/client/core-client.ts'
import { openLocalCallers } from '../../bin/local/gateway/local-callers.ts'
import { makeFolder, runTickets } from '../bin/command-line.ts'
import { nextEventId } from '../fixtures/ids.ts'
import { startServer } from '../fixtures/local-server.ts'
import { makePreparedState } from '../fixtures/prepared-state.ts'
import { signRequest } from '../fixtures/signing.ts'

const stateFolder = await makePreparedState()
const stranger = {
  ...{ profile: 'stranger', arn: 'arn:aws:iam::000000000000:user/stranger' },
  ...{ accessKeyId: 'AKIALOCALSTRANGER', secretAccessKey: 'a secret of many letters' },
}
const [core] = openLocalCallers(stateFolder).callers
assert.ok(core)
writeFileSync(join(stateFolder, 'callers.json'), JSON.stringify([core, stranger]))
const server = await startServer(stateFolder, { REQUIRE_AUTH: '1', RENDERERS: '1' })
after(async () => {
  await server.end('SIGTERM')
  rmSync(stateFolder, { recursive: true, force: true })
})

const shell = Object.fromEntries(
  [...server.readyText.matchAll(/\b(AWS_\w+)="?([^\s"]+)"?/g)].map(([, name = '', value = '']) => [name, value]),
)
const place = ['--url', server.url, '--region', 'eu-west-3']

async function callAsCore(method: string, target: string, content?: object) {
  assert.ok(core)
  const address = `${server.url}${target}`
  const headers = { 'content-type': 'application/json' }
  const request = { method, address, ...(content ? { headers, body: JSON.stringify(content) } : {}) }
  const response = await fetch(address, await signRequest(request, { credentials: core }))
  return { status: response.status, json: await response.json() }
}

test('the ready message names the credentials file, which only its owner can read, and shows no key', () => {
  const { AWS_SHARED_CREDENTIALS_FILE: file = '', AWS_PROFILE } = shell
  assert.equal(AWS_PROFILE, 'core')
  for (const private_ of [file, join(stateFolder, 'callers.json')]) assert.equal(statSync(private_).mode & 0o777, 0o600)
  assert.ok(readFileSync(file, 'utf8').includes(core?.secretAccessKey ?? ''))
  for (const secret of [core?.secretAccessKey, core?.sessionToken]) assert.ok(secret && !server.readyText.includes(secret))
})

test('the command line signs with the keys of that file, and fails with a hint without them', async () => {
  const file = join(makeFolder(), 'ticket.pdf')
  const words = ['generate', '--event', '456', '--guest', '123', '--out', file]
  const signed = await runTickets([...words, ...place], { env: shell })
  assert.equal(signed.code, 0, signed.stderr)
  assert.match(readFileSync(file, 'latin1'), /^%PDF-/)
  const unsigned = await runTickets([...words, '--url', server.url])
  assert.equal(unsigned.code, 1)
  assert.match(unsigned.stderr, /call is not signed.*FORBIDDEN.*\n.*--region/)
})

test('the client signs its calls, with spaces in queries and letters of all kinds, and is refused without a region', async () => {
  const eventId = nextEventId()
  Object.assign(process.env, shell)
  const client = openCore({ url: server.url, region: 'eu-west-3' })
  const guests = [{ guestId: 1, firstName: 'Anne Marie', lastName: 'Čapek & +1' }]
  const event = { title: 'Gala, été', startsAt: '2030-01-01T10:00:00Z', timezone: 'Europe/Paris', location: 'Paris' }
  await client.register_event({ path: { eventId }, body: event })
  await client.register_guests({ path: { eventId }, body: { guests } })
  for (const q of ['anne marie', 'Čapek & +1'])
    assert.equal((await client.list_guests({ path: { eventId }, query: { q } })).data.guests[0]?.guestId, 1, q)
  await assert.rejects(openCore({ url: server.url }).list_events(), { code: 'FORBIDDEN', status: 403 })
})

test('a correctly signed call by a caller outside the list is refused by the function', async () => {
  const address = `${server.url}/api/batches/any/status`
  const response = await fetch(address, await signRequest({ method: 'GET', address }, { credentials: stranger }))
  const { error } = (await response.json()) as { error: { code: string; message: string } }
  assert.deepEqual([response.status, error.code], [403, 'FORBIDDEN'])
  assert.match(error.message, /user\/stranger is not allowed to call this service/)
  assert.equal((await callAsCore('GET', '/api/batches/any/status')).json.error.code, 'BATCH_NOT_FOUND')
})

test('a door needs its pass and no keys, Core its keys and no pass, and links, keys and liveness neither', async () => {
  const { json: made } = await callAsCore('POST', '/api/tickets/generate', { eventId: 456, guestId: 124 })
  const { json: door } = await callAsCore('POST', '/api/events/456/doors', { label: 'North gate' })
  const validate = async (path: string, headers: Record<string, string>) => {
    const body = JSON.stringify({ code: made.data.ticketCode })
    return fetch(`${server.url}${path}/api/tickets/validate`, { method: 'POST', headers, body })
  }
  const pass = { authorization: `Door ${door.data.pass}`, 'content-type': 'application/json' }
  const atDoor = await validate('/door', pass)
  assert.equal((await atDoor.json()).data.valid, true)
  assert.equal((await validate('', pass)).status, 403)
  assert.equal((await validate('/door', {})).status, 403)
  assert.equal((await callAsCore('POST', '/api/tickets/validate', { code: made.data.ticketCode })).json.data.valid, true)
  assert.equal((await callAsCore('POST', '/door/api/tickets/validate', { code: made.data.ticketCode })).status, 403)
  for (const open of [
    made.data.pdfUrl,
    made.data.qrCodeUrl,
    '/.well-known/ticket-keys.json',
    '/health',
    '/docs',
    '/openapi.json',
  ])
    assert.equal((await fetch(new URL(open, server.url))).status, 200, open)
  assert.equal((await fetch(`${server.url}/health/detailed`)).status, 403)
  assert.equal((await callAsCore('GET', '/health/detailed')).json.status, 'healthy')
})

test('the studio is told that calls must be signed, and is not offered', async () => {
  const settings = (await (await fetch(`${server.url}/studio/settings.json`)).json()) as { signed: boolean }
  assert.equal(settings.signed, true)
  assert.doesNotMatch(server.readyText, /studio/)
})
