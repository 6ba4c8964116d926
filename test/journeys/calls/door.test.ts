import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { doorCalls } from '../../../functions/contract/retries.ts'
import * as answers from '../../../functions/contract/schemas/trust-answers.ts'
import { auditOf, checkIn, eventId, makeExpiredTicket, makeTicket, validate } from '../../fixtures/door-calls.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { registerEvent, service } from '../../fixtures/service.ts'

const { call, sql } = service

/** Calls with a door pass. */
async function callAsDoor(pass: string, method: string, target: string, content?: object) {
  const response = await fetch(new URL(target, service.url), {
    method,
    headers: { authorization: `Door ${pass}`, 'content-type': 'application/json' },
    ...(content ? { body: JSON.stringify(content) } : {}),
  })
  const { data, error } = await response.json()
  return { status: response.status, data, error, code: error?.code, retryAfter: response.headers.get('retry-after') }
}

/** Makes a door, and returns its id with what checks tickets in with its pass. */
async function openDoor(label: string) {
  const { doorId, pass } = (await call('POST', `/api/events/${eventId}/doors`, { label })).json.data
  return {
    ...{ doorId, pass },
    checkIn: (ticketId: number, body: object) => callAsDoor(pass, 'POST', `/door/api/tickets/${ticketId}/check-in`, body),
  }
}

test('the first check-in wins, the second learns when and where', async () => {
  const { ticketId, ticketCode } = await makeTicket()
  const first = await checkIn(ticketId, { gate: 'North', device: 'scanner 3' })
  assert.equal(first.status, 200)
  const entry = answers.checkInAnswer.strict().parse(first.json.data)
  assert.deepEqual([entry.ticketCode, entry.gate, entry.device], [ticketCode, 'North', 'scanner 3'])
  const second = await checkIn(ticketId, { gate: 'South' })
  assert.equal(second.status, 409)
  assert.equal(second.json.error.code, 'ALREADY_CHECKED_IN')
  assert.deepEqual(second.json.error.details, [
    { path: 'checkedInAt', problem: entry.checkedInAt },
    { path: 'gate', problem: 'North' },
    { path: 'device', problem: 'scanner 3' },
  ])
  assert.equal((await call('GET', `/api/tickets/${ticketId}`)).json.data.checkedInAt, entry.checkedInAt)
  assert.deepEqual(await auditOf(ticketId), ['check_in'])
})

test('a check-in needs no body, and refuses a gate of more than 100 characters', async () => {
  const { ticketId } = await makeTicket()
  const refused = await checkIn(ticketId, { gate: 'x'.repeat(101), device: '' })
  assert.deepEqual(refused.json.error.details.map(({ path }: { path: string }) => path).sort(), ['device', 'gate'])
  const { status, json } = await checkIn(ticketId)
  assert.deepEqual([status, json.data.gate, json.data.device], [200, null, null])
})

test('the same scan sent again is the same check-in', async () => {
  const { ticketId } = await makeTicket()
  const scanId = randomUUID()
  const first = await checkIn(ticketId, { scanId })
  const again = await checkIn(ticketId, { scanId: scanId.toUpperCase() })
  assert.deepEqual([first.status, again.status], [200, 200])
  assert.deepEqual(again.json.data, first.json.data)
  assert.equal((await checkIn(ticketId, { scanId: randomUUID() })).status, 409)
  assert.deepEqual(await auditOf(ticketId), ['check_in'])
})

test('an undone check-in lets the guest in once more, and the audit has every step', async () => {
  const ticket = await makeTicket()
  await checkIn(ticket.ticketId, { gate: 'North' })
  const undone = await checkIn(ticket.ticketId, { undo: true, device: 'desk' })
  assert.deepEqual([undone.status, undone.json.data.checkedInAt], [200, null])
  assert.equal((await checkIn(ticket.ticketId, { undo: true })).status, 200)
  assert.equal((await validate({ qr: ticket.qrPayload })).valid, true)
  assert.equal((await checkIn(ticket.ticketId)).status, 200)
  assert.deepEqual(await auditOf(ticket.ticketId), ['check_in', 'undo', 'check_in'])
  const [row] = await sql`SELECT device, details FROM ticket_audit WHERE ticket_id = ${ticket.ticketId} AND action = 'undo'`
  assert.deepEqual([row?.device, row?.details.gate], ['desk', 'North'])
})

test('a revoked, an expired and an unknown ticket are not checked in', async () => {
  const revoked = await makeTicket()
  await call('POST', `/api/tickets/${revoked.ticketId}/revoke`)
  const expired = await makeExpiredTicket()
  const codeOf = async (ticketId: number) => (await checkIn(ticketId)).json.error.code
  assert.equal(await codeOf(revoked.ticketId), 'TICKET_REVOKED')
  assert.equal(await codeOf(expired.ticketId), 'TICKET_EXPIRED')
  assert.equal(await codeOf(99_999_999), 'TICKET_NOT_FOUND')
})

test('a check-in concurrent with an undo is never answered as an unknown ticket', async () => {
  const { ticketId } = await makeTicket()
  const calls = Array.from({ length: 200 }, (_, at) => checkIn(ticketId, { undo: at % 2 === 1 }))
  const answered = await Promise.all(calls)
  for (const { status, json } of answered)
    assert.ok(status === 200 || json.error.code === 'ALREADY_CHECKED_IN', JSON.stringify(json))
})

const rounds = Number(process.env.CHECK_IN_ROUNDS ?? 5)

test(`exactly one of 50 concurrent check-ins is accepted, ${rounds} times over`, async () => {
  const { ticketId } = await makeTicket()
  for (let round = 0; round < rounds; round++) {
    const statuses = await Promise.all(Array.from({ length: 50 }, async () => (await checkIn(ticketId)).status))
    assert.deepEqual([statuses.filter((one) => one === 200).length, statuses.filter((one) => one === 409).length], [1, 49])
    await checkIn(ticketId, { undo: true })
  }
})

test('a door pass opens validate, check-in, scans and revocations of its event alone, until it is withdrawn', async () => {
  const body = { label: 'North gate', expiresAt: new Date(Date.now() + 3_600_000).toISOString() }
  const { status, json } = await call('POST', `/api/events/${eventId}/doors`, body)
  assert.equal(status, 201)
  const door = answers.newDoorAnswer.strict().parse(json.data)
  const fragment = new URLSearchParams(new URL(door.url).hash.slice(1))
  assert.deepEqual([new URL(door.url).pathname, fragment.get('pass'), fragment.get('label')], ['/door', door.pass, 'North gate'])
  const asDoor = (method: string, target: string, content?: object, pass = door.pass) => callAsDoor(pass, method, target, content)
  const ours = await makeTicket()
  const foreignEventId = await registerEvent()
  const foreign = await makeTicket({}, foreignEventId)
  assert.equal((await asDoor('POST', '/door/api/tickets/validate', { qr: ours.qrPayload })).data.valid, true)
  assert.equal((await asDoor('POST', '/door/api/tickets/validate', { qr: foreign.qrPayload })).data.reason, 'unknown')
  assert.equal(
    (await asDoor('POST', `/door/api/tickets/${ours.ticketId}/check-in`, { qr: ours.qrPayload })).data.device,
    'North gate',
  )
  const elsewhere = await asDoor('POST', `/door/api/tickets/${foreign.ticketId}/check-in`, { qr: foreign.qrPayload })
  assert.equal(elsewhere.code, 'TICKET_NOT_FOUND')
  const [note] = await sql`SELECT door_id, device FROM ticket_audit WHERE ticket_id = ${ours.ticketId}`
  assert.deepEqual([note?.door_id, note?.device], [door.doorId, 'North gate'])
  const scans = { scans: [{ scanId: randomUUID(), scannedAt: new Date().toISOString(), qr: foreign.qrPayload }] }
  assert.equal((await asDoor('POST', `/door/api/events/${eventId}/scans`, scans)).data.scans[0].reason, 'unknown')
  assert.equal((await asDoor('GET', `/door/api/events/${eventId}/revocations`)).status, 200)
  for (const [method, target, content] of [
    ['POST', `/door/api/events/${foreignEventId}/scans`, scans],
    ['GET', `/door/api/events/${foreignEventId}/revocations`],
    ['GET', `/api/events/${eventId}/revocations`],
    ['POST', `/api/tickets/${ours.ticketId}/revoke`],
    ['POST', `/api/tickets/${ours.ticketId}/reissue`],
    ['GET', `/api/tickets/${ours.ticketId}`],
    ['POST', `/api/events/${eventId}/doors`, { label: 'x' }],
    ['POST', '/api/tickets/generate', { eventId, guestId: 1 }],
  ] as const)
    assert.equal((await asDoor(method, target, content)).code, 'FORBIDDEN', target)
  const without = await call('POST', '/door/api/tickets/validate', { qr: ours.qrPayload })
  assert.deepEqual([without.status, without.json.error.code], [403, 'FORBIDDEN'])
  for (const wrong of [
    '',
    'x',
    `${door.pass}A`,
    door.pass.replace(/^\d+/, '99'),
    door.pass.replace(`.${eventId}.`, `.${foreignEventId}.`),
  ])
    assert.equal((await asDoor('POST', '/door/api/tickets/validate', { qr: ours.qrPayload }, wrong)).code, 'FORBIDDEN', wrong)
  const withdrawn = await call('POST', `/api/events/${eventId}/doors/${door.doorId}/withdraw`)
  assert.ok(answers.doorAnswer.strict().parse(withdrawn.json.data).withdrawnAt)
  assert.deepEqual((await call('POST', `/api/events/${eventId}/doors/${door.doorId}/withdraw`)).json, withdrawn.json)
  assert.equal((await asDoor('POST', '/door/api/tickets/validate', { qr: ours.qrPayload })).code, 'FORBIDDEN')
  const listed = await call('GET', `/api/events/${eventId}/doors`)
  assert.deepEqual(answers.doorsAnswer.parse(listed.json.data).doors[0], withdrawn.json.data)
  const actions = await sql`SELECT action FROM ticket_audit WHERE door_id = ${door.doorId} AND ticket_id IS NULL ORDER BY id`
  assert.deepEqual(
    actions.map(({ action }) => action),
    ['door_made', 'scans', 'door_withdrawn'],
  )
})

test('a door acts only on the ticket whose code it presents', async () => {
  const door = await openDoor('North')
  const [ticket, other] = [await makeTicket(), await makeTicket()]
  for (const body of [{}, { undo: true }]) {
    const { status, error } = await door.checkIn(ticket.ticketId, body)
    assert.deepEqual([status, error.details], [400, [{ path: 'code', problem: 'is required with a door pass, or qr' }]])
  }
  for (const body of [{ code: other.ticketCode }, { qr: other.qrPayload }, { qr: 'hello' }, { code: 'TC-2026-ZZZZZZZZZZZZ' }])
    assert.equal((await door.checkIn(ticket.ticketId, body)).code, 'TICKET_NOT_FOUND', JSON.stringify(body))
  assert.equal((await door.checkIn(ticket.ticketId, { code: ticket.ticketCode, qr: ticket.qrPayload })).code, 'VALIDATION_FAILED')
  assert.deepEqual(await auditOf(ticket.ticketId), [])
  assert.equal((await door.checkIn(ticket.ticketId, { code: ticket.ticketCode.toLowerCase() })).status, 200)
  assert.equal((await door.checkIn(other.ticketId, { qr: other.qrPayload })).status, 200)
})

test('a door undoes only what its own device checked in, by the same scan', async () => {
  const [north, south] = [await openDoor('North'), await openDoor('South')]
  const { ticketId, qrPayload: qr } = await makeTicket()
  const scanId = randomUUID()
  await north.checkIn(ticketId, { qr, scanId })
  const undo = { qr, undo: true }
  assert.equal((await south.checkIn(ticketId, { ...undo, scanId })).code, 'ALREADY_CHECKED_IN')
  assert.equal((await north.checkIn(ticketId, { ...undo, scanId, device: 'another' })).code, 'ALREADY_CHECKED_IN')
  assert.equal((await north.checkIn(ticketId, { ...undo, scanId: randomUUID() })).code, 'ALREADY_CHECKED_IN')
  assert.equal((await north.checkIn(ticketId, undo)).code, 'ALREADY_CHECKED_IN')
  assert.equal((await north.checkIn(ticketId, { ...undo, scanId })).data.checkedInAt, null)
  assert.equal((await north.checkIn(ticketId, { ...undo, scanId })).status, 200)
  assert.equal((await south.checkIn(ticketId, { qr })).status, 200)
  assert.equal((await north.checkIn(ticketId, { ...undo, scanId })).code, 'ALREADY_CHECKED_IN')
  assert.equal((await south.checkIn(ticketId, undo)).status, 200)
  await checkIn(ticketId)
  assert.equal((await south.checkIn(ticketId, undo)).code, 'ALREADY_CHECKED_IN')
  assert.equal((await checkIn(ticketId, { undo: true })).status, 200)
  assert.deepEqual(await auditOf(ticketId), ['check_in', 'undo', 'check_in', 'undo', 'check_in', 'undo'])
})

test('a door undoes what it uploaded, and keeps that right when the ticket is reissued', async () => {
  const north = await openDoor('North')
  const { ticketId, qrPayload: qr } = await makeTicket()
  const scan = { scanId: randomUUID(), qr }
  const scannedAt = new Date().toISOString()
  await callAsDoor(north.pass, 'POST', `/door/api/events/${eventId}/scans`, { scans: [{ ...scan, scannedAt }] })
  const { json } = await call('POST', `/api/tickets/${ticketId}/reissue`)
  const { ticketCode: code, ticketId: newId } = json.data
  assert.equal((await north.checkIn(newId, { code, scanId: scan.scanId, undo: true })).data.checkedInAt, null)
})

test('an expired token checks nobody in, although its ticket was extended since', async () => {
  const { ticketId, guestId, qrPayload: qr, ticketCode: code } = await makeExpiredTicket()
  const options = { expiresAt: '2099-01-01T00:00:00Z' }
  await call('POST', '/api/tickets/generate', { eventId, guestId, options })
  const door = await openDoor('North')
  assert.equal((await validate({ qr })).reason, 'expired')
  assert.equal((await door.checkIn(ticketId, { qr })).code, 'TICKET_EXPIRED')
  assert.equal((await door.checkIn(ticketId, { code })).status, 200)
})

test('a pass that is used faster than doors scan is asked to wait a second, and others are not', async () => {
  const [busy, calm] = [await openDoor('Busy'), await openDoor('Calm')]
  const ask = ({ pass }: { pass: string }) => callAsDoor(pass, 'GET', `/door/api/events/${eventId}/revocations`)
  const { perSecond, burstSeconds } = doorCalls
  await sql`UPDATE doors SET calls_until = NOW() + ${burstSeconds + 1} * INTERVAL '1 second' WHERE id = ${busy.doorId}`
  const { status, code, retryAfter } = await ask(busy)
  assert.deepEqual([status, code, retryAfter], [429, 'TOO_MANY_REQUESTS', '1'])
  assert.equal((await ask(calm)).status, 200)
  await sql`UPDATE doors SET calls_until = NOW() + INTERVAL '1 second' WHERE id = ${busy.doorId}`
  assert.equal((await ask(busy)).status, 200)
  const counted = async () => (await sql`SELECT calls_until FROM doors WHERE id = ${busy.doorId}`)[0]?.calls_until.getTime()
  const before = await counted()
  await Promise.all(Array.from({ length: 30 }, () => ask(busy)))
  // Each call takes its share of a second, however many come at once, unless the door rested meanwhile.
  assert.ok((await counted()) - before >= Math.floor((30 * 1000) / perSecond))
})

test('a door pass needs a registered event and a future time, and is withdrawn by its own event only', async () => {
  assert.equal((await call('POST', `/api/events/${nextEventId()}/doors`, { label: 'x' })).json.error.code, 'EVENT_NOT_FOUND')
  assert.equal((await call('GET', `/api/events/${nextEventId()}/doors`)).json.error.code, 'EVENT_NOT_FOUND')
  const past = await call('POST', `/api/events/${eventId}/doors`, { label: '', expiresAt: '2020-01-01T00:00:00Z' })
  assert.deepEqual(past.json.error.details.map(({ path }: { path: string }) => path).sort(), ['expiresAt', 'label'])
  const { json } = await call('POST', `/api/events/${eventId}/doors`, { label: 'x' })
  const elsewhere = await call('POST', `/api/events/${await registerEvent()}/doors/${json.data.doorId}/withdraw`)
  assert.equal(elsewhere.json.error.code, 'DOOR_NOT_FOUND')
})
