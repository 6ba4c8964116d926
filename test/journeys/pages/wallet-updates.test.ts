import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../fixtures/eventually.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { apns, google, googleWallet, passType, readPass, service } from '../../fixtures/wallet-service.ts'

const { call, sql } = service

const event = {
  title: 'Gala',
  startsAt: '2036-06-12T18:30:00Z',
  endsAt: '2036-06-12T21:00:00Z',
  timezone: 'UTC',
  location: 'Zénith',
}
const eventId = nextEventId()
const moveTo = async (location: string) =>
  assert.equal((await call('PUT', `/api/events/${eventId}`, { ...event, location })).status, 200)
await moveTo('Zénith')
let lastGuest = 0

async function makeTicket() {
  const { status, json } = await call('POST', '/api/tickets/generate', {
    eventId,
    guestId: ++lastGuest,
    data: { firstName: 'Zoé', lastName: 'Lefèvre', email: 'zoe@example.com' },
  })
  assert.equal(status, 201, JSON.stringify(json))
  return (await call('GET', `/api/tickets/${json.data.ticketId}`)).json.data
}

let lastDevice = 0

/** Saves the pass of a ticket as a phone does: it takes the service and the token from the pass. */
async function savePass(
  ticket: { links: { appleWalletUrl: string } },
  device = `device-${++lastDevice}`,
  pushToken = `aa${String(lastDevice).padStart(4, '0')}`,
) {
  const pass = await readPass(await fetch(ticket.links.appleWalletUrl))
  const { webServiceURL, authenticationToken, serialNumber } = pass
  assert.ok(authenticationToken.length >= 16, 'Apple asks for 16 characters at least')
  const passes = `${webServiceURL}/v1/passes/${passType}/${serialNumber}`
  const registrations = `${webServiceURL}/v1/devices/${device}/registrations/${passType}`
  const authorization = `ApplePass ${authenticationToken}`
  const send = (method: string, url: string, headers: Record<string, string> = { authorization }, body?: object) =>
    fetch(url, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
  const phone = {
    ...{ pass, serialNumber, pushToken, device },
    register: (headers?: Record<string, string>) => send('POST', `${registrations}/${serialNumber}`, headers, { pushToken }),
    unregister: (headers?: Record<string, string>) => send('DELETE', `${registrations}/${serialNumber}`, headers),
    list: (tag?: string) => fetch(`${registrations}${tag === undefined ? '' : `?passesUpdatedSince=${encodeURIComponent(tag)}`}`),
    latest: (headers: Record<string, string> = {}) => send('GET', passes, { authorization, ...headers }),
    pushCount: () => apns.state.pushes.filter(({ token }) => token === pushToken).length,
    untilPushed: async (count: number, timeoutMs = 5000) =>
      await eventually(`push ${count}`, () => phone.pushCount() >= count, timeoutMs),
  }
  return phone
}

test('a phone that saves a pass is told within 5 s that the event moved, asks which pass changed, and loads it', async () => {
  const phone = await savePass(await makeTicket())
  assert.equal((await phone.register()).status, 201)
  assert.equal((await phone.register()).status, 200)
  await phone.untilPushed(1, 10_000)
  const first = await (await phone.list()).json()
  assert.deepEqual(first.serialNumbers, [phone.serialNumber])
  assert.deepEqual([(await phone.list(first.lastUpdated)).status, await (await phone.list(first.lastUpdated)).text()], [204, ''])
  const loaded = await phone.latest()
  const modified = loaded.headers.get('last-modified') ?? ''
  const unchanged = await phone.latest({ 'if-modified-since': modified })
  assert.deepEqual([unchanged.status, await unchanged.text()], [304, ''])

  await moveTo('Olympia')
  const startedAt = performance.now()
  // In the same second as the pass was served.
  const moved = await phone.latest({ 'if-modified-since': modified })
  assert.equal((await readPass(moved)).semantics.venueName, 'Olympia')
  assert.equal((await phone.latest({ 'if-modified-since': moved.headers.get('last-modified') ?? '' })).status, 304)
  await phone.untilPushed(2)
  process.stdout.write(`# a change reached the stand-in for APNs after ${Math.round(performance.now() - startedAt)} ms\n`)
  const second = await (await phone.list(first.lastUpdated)).json()
  assert.deepEqual(second.serialNumbers, [phone.serialNumber])
  assert.notEqual(second.lastUpdated, first.lastUpdated)
  assert.deepEqual(apns.state.refused, [])
})

test('only what has changed is told: another guest of the event, and a phone with passes of two events', async () => {
  const [own, other] = [await makeTicket(), await makeTicket()]
  const phone = await savePass(own)
  const second = await savePass(other, phone.device, phone.pushToken)
  const stranger = await savePass(other)
  for (const one of [phone, second, stranger]) assert.equal((await one.register()).status, 201)
  await eventually('all know their passes', async () => (await dueCount()) === 0)
  const { lastUpdated, serialNumbers } = await (await phone.list()).json()
  assert.deepEqual(serialNumbers.toSorted(), [phone.serialNumber, second.serialNumber].toSorted())
  const [before, strangersBefore] = [phone.pushCount(), stranger.pushCount()]
  await call('PUT', `/api/events/${eventId}/guests`, {
    guests: [{ guestId: own.guest.id, firstName: 'Zoé', lastName: 'Martin', email: 'zoe@example.com' }],
  })
  await phone.untilPushed(before + 1)
  assert.deepEqual((await (await phone.list(lastUpdated)).json()).serialNumbers, [phone.serialNumber])
  assert.equal(stranger.pushCount(), strangersBefore)
})

test('the pass of a revoked or superseded ticket is voided, while its links are closed', async () => {
  for (const action of ['revoke', 'reissue']) {
    const ticket = await makeTicket()
    const phone = await savePass(ticket)
    await phone.register()
    await phone.untilPushed(1)
    const { status } = await call('POST', `/api/tickets/${ticket.id}/${action}`)
    assert.ok(status < 300, `${status}`)
    assert.equal((await readPass(await phone.latest())).voided, true)
    await phone.untilPushed(2)
    assert.equal((await fetch(ticket.links.appleWalletUrl)).status, 410)
  }
})

test('calls without the token of the pass are refused with 401, and with that of another', async () => {
  const [phone, other] = [await savePass(await makeTicket()), await savePass(await makeTicket())]
  const stolen = { authorization: `ApplePass ${other.pass.authenticationToken}` }
  for (const headers of [{ authorization: '' }, stolen, { authorization: phone.pass.authenticationToken }]) {
    for (const response of [await phone.register(headers), await phone.unregister(headers), await phone.latest(headers)]) {
      assert.equal(response.status, 401)
      assert.equal(response.headers.get('www-authenticate'), 'ApplePass')
    }
  }
  assert.equal((await phone.list()).status, 204)
})

test('a phone that deleted the pass is told no more, nor one that APNs calls gone', async () => {
  const ticket = await makeTicket()
  const [deleting, gone, staying] = [await savePass(ticket), await savePass(ticket), await savePass(ticket)]
  for (const phone of [deleting, gone, staying]) await phone.register()
  for (const phone of [deleting, gone, staying]) await phone.untilPushed(1)
  assert.equal((await deleting.unregister()).status, 200)
  assert.equal((await deleting.unregister()).status, 200)
  apns.state.answers.set(gone.pushToken, [{ status: 410, reason: 'Unregistered' }])
  await moveTo('Bataclan')
  await staying.untilPushed(2)
  await eventually('the phone is forgotten', async () => (await gone.list()).status === 204)
  assert.deepEqual([deleting.pushCount(), (await deleting.list()).status], [1, 204])
})

test('where APNs is too busy or down, the phone is told once it is not', async () => {
  const phone = await savePass(await makeTicket())
  apns.state.answers.set(phone.pushToken, [
    { status: 429, reason: 'TooManyRequests' },
    { status: 503, reason: 'ServiceUnavailable', retryAfter: '2' },
  ])
  await phone.register()
  await phone.untilPushed(3, 20_000)
  await eventually('it counts as told', async () => (await dueCount()) === 0)
})

test('a pass in Google Wallet says what the ticket does: moved, then revoked', async () => {
  const ticket = await makeTicket()
  const saved = await call('GET', ticket.links.googleWalletUrl)
  assert.equal(saved.status, 302)
  const read = () =>
    JSON.stringify(googleWallet.state.resources.get(`eventTicketObject/${google.issuerId}.${ticket.ticketCode}`) ?? {})
  assert.equal(read(), '{}', 'nothing is told before anything changed')
  googleWallet.state.answers.push({ status: 503 }, { status: 429 })
  await moveTo('Trianon')
  await eventually('it names the new place', () => read().includes('Trianon'), 15_000)
  const branding = { accent: '#8a1c4a', organiser: 'Aurora Festival' }
  assert.equal((await call('PUT', `/api/events/${eventId}/branding`, branding)).status, 200)
  const readEvent = () => googleWallet.state.resources.get(`eventTicketClass/${google.issuerId}.event-${eventId}`)
  const look = () => [readEvent()?.hexBackgroundColor, readEvent()?.issuerName]
  await eventually('its event has the new look', () => look().join() === '#8a1c4a,Aurora Festival', 5000)
  await call('PUT', `/api/events/${eventId}/branding`, {})
  await eventually('its event loses it', () => look().join() === `,${google.issuerName}`, 5000)
  await call('POST', `/api/tickets/${ticket.id}/revoke`)
  await eventually('it is inactive', () => read().includes('"INACTIVE"'), 5000)
})

test('passes of an erased guest are voided in both wallets and say no name; a day later their registrations are deleted', async () => {
  const ticket = await makeTicket()
  const phone = await savePass(ticket)
  await phone.register()
  await call('GET', ticket.links.googleWalletUrl)
  const read = () =>
    JSON.stringify(googleWallet.state.resources.get(`eventTicketObject/${google.issuerId}.${ticket.ticketCode}`) ?? {})
  await moveTo('Alhambra')
  await eventually('Google knows the name', () => read().includes('Lefèvre'), 15_000)
  await phone.untilPushed(1)
  const pushes = phone.pushCount()

  const startedAt = performance.now()
  assert.equal((await call('DELETE', `/api/events/${eventId}/guests/${ticket.guest.id}`)).status, 200)
  await phone.untilPushed(pushes + 1)
  await eventually('Google has a void pass', () => read().includes('"INACTIVE"'), 5000)
  process.stdout.write(`# an erasure reached both stand-ins after ${Math.round(performance.now() - startedAt)} ms\n`)
  assert.doesNotMatch(read(), /Zoé|Lefèvre|zoe@/)
  const pass = await readPass(await phone.latest())
  assert.equal(pass.voided, true)
  assert.doesNotMatch(JSON.stringify(pass), /Zoé|Lefèvre|zoe@/)

  const registrations = () =>
    sql`SELECT delete_after > NOW() + INTERVAL '23 hours' AS late FROM wallet_registrations WHERE ticket_id = ${ticket.id}`
  assert.deepEqual([...(await registrations())], [{ late: true }, { late: true }])
  await sql`UPDATE wallet_registrations SET delete_after = NOW() WHERE ticket_id = ${ticket.id}`
  await eventually('the registrations are deleted', async () => (await registrations()).length === 0)
  assert.equal((await phone.list()).status, 204)
  await phone.register()
  assert.equal((await registrations()).length, 0, 'a void pass registers nobody')
})

test('what Apple Wallet reports is taken', async () => {
  const response = await call('POST', '/wallet/apple/v1/log', {
    logs: ['Web service error for pass.com.example: Response code 500'],
  })
  assert.deepEqual([response.status, response.bytes.length], [200, 0])
})

/** Counts who was not told yet. */
async function dueCount(): Promise<number> {
  const [row] = await sql`SELECT COUNT(*) AS count FROM wallet_registrations WHERE pushed_state IS NULL`
  return row?.count
}
