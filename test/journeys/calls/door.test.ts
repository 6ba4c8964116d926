import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import * as answers from '../../../functions/contract/schemas/trust-answers.ts'
import { auditOf, checkIn, eventId, makeExpiredTicket, makeTicket, validate } from '../../fixtures/door-calls.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { registerEvent, service } from '../../fixtures/service.ts'

const { call, sql } = service

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
  const asDoor = async (method: string, target: string, content?: object, pass = door.pass) => {
    const response = await fetch(new URL(target, service.url), {
      method,
      headers: { authorization: `Door ${pass}`, 'content-type': 'application/json' },
      ...(content ? { body: JSON.stringify(content) } : {}),
    })
    const { data, error } = await response.json()
    return { status: response.status, data, code: error?.code }
  }
  const ours = await makeTicket()
  const foreignEventId = await registerEvent()
  const foreign = await makeTicket({}, foreignEventId)
  assert.equal((await asDoor('POST', '/door/api/tickets/validate', { qr: ours.qrPayload })).data.valid, true)
  assert.equal((await asDoor('POST', '/door/api/tickets/validate', { qr: foreign.qrPayload })).data.reason, 'unknown')
  assert.equal((await asDoor('POST', `/door/api/tickets/${ours.ticketId}/check-in`, {})).data.device, 'North gate')
  assert.equal((await asDoor('POST', `/door/api/tickets/${foreign.ticketId}/check-in`, {})).code, 'TICKET_NOT_FOUND')
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

test('a door pass needs a registered event and a future time, and is withdrawn by its own event only', async () => {
  assert.equal((await call('POST', `/api/events/${nextEventId()}/doors`, { label: 'x' })).json.error.code, 'EVENT_NOT_FOUND')
  assert.equal((await call('GET', `/api/events/${nextEventId()}/doors`)).json.error.code, 'EVENT_NOT_FOUND')
  const past = await call('POST', `/api/events/${eventId}/doors`, { label: '', expiresAt: '2020-01-01T00:00:00Z' })
  assert.deepEqual(past.json.error.details.map(({ path }: { path: string }) => path).sort(), ['expiresAt', 'label'])
  const { json } = await call('POST', `/api/events/${eventId}/doors`, { label: 'x' })
  const elsewhere = await call('POST', `/api/events/${await registerEvent()}/doors/${json.data.doorId}/withdraw`)
  assert.equal(elsewhere.json.error.code, 'DOOR_NOT_FOUND')
})

test('two doors that were offline upload their scans and learn of double entries', async () => {
  const [once, twice, revoked, both] = [await makeTicket(), await makeTicket(), await makeTicket(), await makeTicket()]
  await call('POST', `/api/tickets/${revoked.ticketId}/revoke`)
  const online = randomUUID()
  await checkIn(both.ticketId, { scanId: online, gate: 'West' })
  const scan = (qr: string, minute: number, gate: string, scanId = randomUUID()) => ({
    ...{ scanId, qr, gate, scannedAt: `2026-06-12T09:${String(minute).padStart(2, '0')}:00Z` },
  })
  const upload = async (scans: object[]) => {
    const { status, json } = await call('POST', `/api/events/${eventId}/scans`, { scans })
    assert.equal(status, 200, JSON.stringify(json))
    return answers.scansAnswer.strict().parse(json.data)
  }
  const north = [scan(once.qrPayload, 1, 'North'), scan(twice.qrPayload, 5, 'North'), scan(revoked.qrPayload, 6, 'North')]
  const first = await upload(north)
  assert.deepEqual([first.enteredCount, first.doubleEntryCount, first.rejectedCount], [2, 0, 1])
  assert.deepEqual(
    first.scans.map(({ outcome, reason }) => [outcome, reason]),
    [
      ['entered', null],
      ['entered', null],
      ['rejected', 'revoked'],
    ],
  )
  const south = [scan(twice.qrPayload, 3, 'South'), scan(both.qrPayload, 4, 'West', online), scan('TK1:AAAA', 7, 'South')]
  const second = await upload(south)
  assert.deepEqual([second.enteredCount, second.doubleEntryCount, second.rejectedCount], [1, 1, 1])
  assert.deepEqual(
    second.doubleEntries.map(({ ticketId, entries }) => [ticketId, entries.map(({ gate }) => gate)]),
    [[twice.ticketId, ['South', 'North']]],
  )
  assert.deepEqual(await upload(south), second)
  assert.deepEqual((await upload(north)).scans, first.scans)
  assert.equal((await call('GET', `/api/tickets/${once.ticketId}`)).json.data.checkedInAt, '2026-06-12T09:01:00.000Z')
  assert.equal((await checkIn(once.ticketId)).json.error.code, 'ALREADY_CHECKED_IN')
  assert.deepEqual(await auditOf(twice.ticketId), ['check_in'])
})

test('a ticket scanned twice is one entry and one double entry, also with concurrent uploads', async () => {
  const ticket = await makeTicket()
  const scan = (minute: number) => ({ scanId: randomUUID(), code: ticket.ticketCode, scannedAt: `2026-06-12T09:0${minute}:00Z` })
  const scans = [scan(2), scan(1)]
  const results = await Promise.all([1, 2, 3].map(() => call('POST', `/api/events/${eventId}/scans`, { scans })))
  for (const { json } of results)
    assert.deepEqual(
      json.data.scans.map(({ outcome }: { outcome: string }) => outcome),
      ['double_entry', 'entered'],
    )
  assert.equal((await sql`SELECT FROM ticket_audit WHERE ticket_id = ${ticket.ticketId}`).length, 1)
})

test('an upload names what is wrong with it', async () => {
  const scanId = randomUUID()
  const good = { scanId, scannedAt: '2026-06-12T09:00:00Z', code: 'TC-2026-7ZK3M9QX4T2B' }
  const post = async (scans: unknown, event = eventId) => (await call('POST', `/api/events/${event}/scans`, { scans })).json.error
  assert.equal((await post([good], nextEventId())).code, 'EVENT_NOT_FOUND')
  for (const bad of [
    [],
    [good, good],
    [{ ...good, scanId: 'x' }],
    [{ ...good, code: undefined }],
    Array.from({ length: 501 }, () => good),
  ])
    assert.equal((await post(bad)).code, 'VALIDATION_FAILED')
})
