import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, test } from 'node:test'
import { openGooglePasses } from '../../functions/wallet/google-pass.ts'
import type { PassTicket } from '../../functions/wallet/pass-ticket.ts'
import { parseWalletSettings } from '../../functions/wallet/wallet-settings.ts'
import { startGoogleWallet } from '../fixtures/wallet-servers.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const email = 'tickets@project.iam.gserviceaccount.com'
const server = await startGoogleWallet({ email, publicKey })
after(() => server.stop())
const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const settings = {
  google: {
    issuerId: '3388000000012345678',
    issuerName: 'Les Concerts',
    serviceAccount: { client_email: email, private_key, token_uri: `${server.url}/token` },
    apiServer: server.url,
  },
}
const { google } = parseWalletSettings(JSON.stringify(settings), 'here')
assert.ok(google)
const passes = await openGooglePasses(google)
const { state } = server

const ticket: PassTicket = {
  eventId: 456,
  title: 'Gala',
  ticketCode: 'TC-2024-7ZK3M9QX4T2B',
  payload: 'TK1:AEAX',
  startsAt: new Date('2036-06-12T18:30:00Z'),
  endsAt: undefined,
  expiresAt: new Date('2036-06-13T18:30:00Z'),
  isRevoked: false,
  locale: 'fr',
  facts: [
    { name: 'holder', label: 'Titulaire', value: 'Zoé Lefèvre' },
    { name: 'row', label: 'Rang', value: 'C' },
  ],
}
const objectId = `3388000000012345678.${ticket.ticketCode}`
const readObject = () => state.resources.get(`eventTicketObject/${objectId}`)

test('a pass that nobody has saved is added, with its event; a saved one is changed, and loses what the ticket has lost', async () => {
  assert.deepEqual(await passes.update([ticket]), [{ outcome: 'told' }])
  assert.deepEqual(
    state.calls.map((call) => call.split(' ')[0]),
    ['PATCH', 'POST', 'PATCH', 'POST'],
  )
  assert.equal(readObject()?.state, 'ACTIVE')
  assert.deepEqual(readObject()?.seatInfo, { row: { defaultValue: { language: 'fr', value: 'C' } } })
  state.calls.length = 0
  const moved = { ...ticket, title: 'Grand Gala', expiresAt: undefined, facts: ticket.facts.slice(0, 1) }
  assert.deepEqual(await passes.update([moved]), [{ outcome: 'told' }])
  assert.equal(state.calls.length, 2)
  assert.deepEqual([readObject()?.seatInfo, readObject()?.validTimeInterval], [undefined, undefined])
  const event = state.resources.get('eventTicketClass/3388000000012345678.event-456') as {
    eventName: { defaultValue: { value: string } }
  }
  assert.equal(event.eventName.defaultValue.value, 'Grand Gala')
  assert.equal(state.tokens, 1, 'an access token is used again')
})

test('a revoked ticket is inactive, an expired one expired; many of an event change it once', async () => {
  await passes.update([{ ...ticket, isRevoked: true }])
  assert.equal(readObject()?.state, 'INACTIVE')
  await passes.update([{ ...ticket, expiresAt: new Date('2020-01-01T00:00:00Z') }])
  assert.equal(readObject()?.state, 'EXPIRED')
  state.calls.length = 0
  const codes = ['TC-2024-000000000001', 'TC-2024-000000000002', 'TC-2024-000000000003']
  await passes.update(codes.map((ticketCode) => ({ ...ticket, ticketCode })))
  assert.equal(state.calls.filter((call) => call.includes('eventTicketClass')).length, 1)
})

test('what Google refuses for now is tried later, after the time that it asks for; a refused token is renewed', async () => {
  for (const status of [429, 503]) {
    state.answers.push({ status, retryAfter: '9' })
    assert.deepEqual(await passes.update([ticket]), [{ outcome: 'later', reason: String(status), waitSeconds: 9 }])
  }
  state.isTokenGood = false
  assert.deepEqual(await passes.update([ticket]), [{ outcome: 'later', reason: '401' }])
  assert.deepEqual(await passes.update([ticket]), [{ outcome: 'told' }])
  assert.equal(state.tokens, 2)
})
