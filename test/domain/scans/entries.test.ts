import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { attendanceAnswer, entriesAnswer } from '../../../functions/contract/schemas/list-answers.ts'
import * as answers from '../../../functions/contract/schemas/trust-answers.ts'
import { checkIn, makeTicket, validate } from '../../fixtures/door-calls.ts'
import { registerEvent, service } from '../../fixtures/service.ts'

const { call, sql } = service

const facts = { title: 'Festival', startsAt: '2026-06-12T09:00:00Z', timezone: 'Europe/Paris', location: 'Paris' }

async function openEvent(reentry: 'none' | 'after_exit' | 'unlimited'): Promise<number> {
  const eventId = await registerEvent()
  const { json } = await call('PUT', `/api/events/${eventId}`, { ...facts, entry: { reentry } })
  assert.equal(json.data.entry.reentry, reentry)
  return eventId
}

/** Checks in or out, and returns the error code, or whether the guest is inside. */
async function pass(ticketId: number, direction: 'in' | 'out', body: object = {}) {
  const { json } = await checkIn(ticketId, { direction, ...body })
  return json.success ? answers.checkInAnswer.strict().parse(json.data).inside : json.error.code
}

async function upload(eventId: number, scans: object[]) {
  const { status, json } = await call('POST', `/api/events/${eventId}/scans`, { scans })
  assert.equal(status, 200, JSON.stringify(json))
  return answers.scansAnswer.strict().parse(json.data)
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const scan = (code: string, minutes: number, direction = 'in') => ({
  ...{ scanId: randomUUID(), code, direction, scannedAt: minutesAgo(minutes) },
})

test('each policy admits again exactly whom it should', async () => {
  const came = { none: [], after_exit: [], unlimited: [] } as Record<string, unknown[]>
  for (const reentry of ['none', 'after_exit', 'unlimited'] as const) {
    const { ticketId } = await makeTicket({}, await openEvent(reentry))
    for (const direction of ['out', 'in', 'in', 'out', 'out', 'in'] as const) came[reentry]?.push(await pass(ticketId, direction))
  }
  const [early, entered] = ['NOT_INSIDE', true]
  assert.deepEqual(came, {
    none: [early, entered, 'ALREADY_CHECKED_IN', false, 'NOT_INSIDE', 'ALREADY_CHECKED_IN'],
    after_exit: [early, entered, 'ALREADY_CHECKED_IN', false, 'NOT_INSIDE', true],
    unlimited: [early, entered, true, false, 'NOT_INSIDE', true],
  })
})

test('an event without a policy admits nobody twice, and a new policy outdates no ticket', async () => {
  const eventId = await openEvent('unlimited')
  const { json } = await call('PUT', `/api/events/${eventId}`, facts)
  assert.deepEqual(json.data.entry, { reentry: 'none' })
  const revisions = await sql`SELECT data FROM notices WHERE event_id = ${eventId} AND type = 'event.changed'`
  assert.ok(revisions.length <= 1)
  const wrong = await call('PUT', `/api/events/${eventId}`, { ...facts, entry: { reentry: 'always' } })
  assert.deepEqual(wrong.json.error.details, [{ path: 'entry.reentry', problem: 'must be none, after_exit or unlimited' }])
})

test('a repeated scan is the same passage, an exit too, and an undo reverses the newest passage', async () => {
  const { ticketId, ticketCode: code } = await makeTicket({}, await openEvent('after_exit'))
  const scanId = randomUUID()
  const first = (await checkIn(ticketId, { scanId })).json.data
  assert.deepEqual((await checkIn(ticketId, { scanId })).json.data, first)
  const exitId = randomUUID()
  assert.deepEqual(
    [await pass(ticketId, 'out', { scanId: exitId }), await pass(ticketId, 'out', { scanId: exitId })],
    [false, false],
  )
  assert.equal(await pass(ticketId, 'out', { undo: true }), true)
  assert.equal(await pass(ticketId, 'out'), false)
  assert.equal(await pass(ticketId, 'in'), true)
  assert.equal((await validate({ code })).entry?.count, 2)
  const undone = (await checkIn(ticketId, { undo: true })).json.data
  assert.deepEqual([undone.inside, undone.checkedInAt], [false, first.checkedInAt])
  const types = await sql`SELECT type FROM notices WHERE ticket_id = ${ticketId} AND type LIKE 'ticket.checked%' ORDER BY id`
  assert.deepEqual(
    types.map(({ type }) => type.replace('ticket.checked_', '')),
    ['in', 'out', 'in', 'out', 'in', 'out'],
  )
})

test('a ticket is refused before it is valid, and its guest may leave after it expired', async () => {
  const later = new Date(Date.now() + 3_600_000).toISOString()
  const options = { validFrom: later, expiresAt: '2099-01-01T00:00:00Z' }
  const { ticketId, ticketCode: code, guestId } = await makeTicket(options, await openEvent('none'))
  assert.equal(await pass(ticketId, 'in'), 'TICKET_NOT_YET_VALID')
  assert.equal((await validate({ code })).reason, 'not_yet_valid')
  const read = async (id: number) => (await call('GET', `/api/tickets/${id}`)).json.data
  assert.equal((await read(ticketId)).validFrom, later.replace(/\.\d+/, '.000'))
  const { json } = await call('POST', `/api/tickets/${ticketId}/reissue`)
  assert.equal((await read(json.data.ticketId)).validFrom, later.replace(/\.\d+/, '.000'))
  await sql`UPDATE generated_tickets SET valid_from = NOW() WHERE id = ${json.data.ticketId}`
  assert.equal(await pass(json.data.ticketId, 'in'), true)
  await sql`UPDATE generated_tickets SET expires_at = NOW() WHERE id = ${json.data.ticketId}`
  assert.deepEqual([(await read(json.data.ticketId)).inside, await pass(json.data.ticketId, 'out')], [true, false])
  const generate = (options: object) => call('POST', '/api/tickets/generate', { eventId: 1, guestId, options })
  const wrong = await generate({ validFrom: '2099-01-01T00:00:00Z', expiresAt: '2099-01-01T00:00:00.5Z' })
  assert.deepEqual(wrong.json.error.details, [{ path: 'options.validFrom', problem: 'must be before expiresAt' }])
})

test('a reissued ticket takes over entries and exits', async () => {
  const { ticketId } = await makeTicket({}, await openEvent('after_exit'))
  await pass(ticketId, 'in')
  const next = (await call('POST', `/api/tickets/${ticketId}/reissue`)).json.data
  assert.equal(await pass(next.ticketId, 'in'), 'ALREADY_CHECKED_IN')
  assert.deepEqual([await pass(ticketId, 'out'), await pass(next.ticketId, 'out')], ['TICKET_REVOKED', false])
  assert.equal(await pass(next.ticketId, 'in'), true)
  assert.equal((await validate({ code: next.ticketCode })).entry?.count, 2)
})

test('an exit that is uploaded late lets the entry after it count', async () => {
  const eventId = await openEvent('after_exit')
  const { ticketId, ticketCode: code } = await makeTicket({}, eventId)
  await sql`UPDATE generated_tickets SET created_at = NOW() - INTERVAL '1 day' WHERE id = ${ticketId}`
  const entries = [scan(code, 50), scan(code, 30)]
  assert.deepEqual(
    (await upload(eventId, entries)).scans.map((one) => one.outcome),
    ['entered', 'double_entry'],
  )
  const exit = await upload(eventId, [scan(code, 40, 'out'), scan(code, 60, 'out')])
  assert.deepEqual(
    exit.scans.map((one) => [one.outcome, one.reason]),
    [
      ['exited', null],
      ['rejected', 'not_inside'],
    ],
  )
  assert.deepEqual([exit.exitedCount, exit.doubleEntries], [1, []])
  assert.equal((await upload(eventId, entries)).enteredCount, 2)
  assert.equal((await call('GET', `/api/tickets/${ticketId}`)).json.data.inside, true)
})

test('each scan of an upload has its own outcome, and a time that is impossible is clamped and marked', async () => {
  const eventId = await openEvent('unlimited')
  const { ticketCode: code, ticketId } = await makeTicket({}, eventId)
  const good = { ...scan(code, 0), gate: '' }
  const scans = [
    { ...scan(code, -60), gate: 'North' },
    { ...scan(code, 24 * 60), device: null },
    good,
    good,
    { ...scan(code, 0), code: undefined, qr: 'x'.repeat(5000) },
    { ...scan(code, 0), scannedAt: 'yesterday' },
    { ...scan(code, 0), direction: 'up' },
    { ...scan(code, 0), gate: 7 },
    { ...scan(code, 0), scanId: 'x' },
    { ...scan(code, 0), code: 7 },
    ...[null, 7, 'x', []],
  ]
  const first = await upload(eventId, scans as object[])
  const outcomes = first.scans.map(({ outcome, reason, clamped }) => [reason ?? outcome, clamped])
  assert.deepEqual(outcomes.slice(0, 4), [
    ['entered', true],
    ['entered', true],
    ['entered', false],
    ['entered', false],
  ])
  for (const [reason] of outcomes.slice(4)) assert.equal(reason, 'malformed')
  assert.deepEqual(first.scans[5]?.problems[0]?.path, 'scannedAt')
  const made = (await call('GET', `/api/tickets/${ticketId}`)).json.data
  assert.ok(Date.parse(first.scans[0]?.scannedAt ?? '') <= Date.now())
  assert.ok(Date.parse(first.scans[1]?.scannedAt ?? '') <= Date.parse(made.generatedAt))
  assert.deepEqual(await upload(eventId, scans as object[]), first)
})

test('scans are listed with their places and reasons, and the attendance counts them', async () => {
  const eventId = await openEvent('after_exit')
  const { doorId, pass: key } = (await call('POST', `/api/events/${eventId}/doors`, { label: 'North gate' })).json.data
  const asDoor = async (path: string, body: object) => {
    const headers = { authorization: `Door ${key}`, 'content-type': 'application/json' }
    const response = await fetch(new URL(`/door/api/tickets/${path}`, service.url), {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    return await response.json()
  }
  const { ticketId, ticketCode: code, guestId } = await makeTicket({}, eventId)
  await makeTicket({}, eventId)
  const { data, serverTime } = await asDoor('validate', { code })
  assert.deepEqual([data.valid, Math.abs(Date.parse(serverTime) - Date.now()) < 60_000], [true, true])
  const scanId = randomUUID()
  await asDoor(`${ticketId}/check-in`, { code, scanId })
  const again = (await asDoor('validate', { code })).data
  assert.deepEqual([again.reason, again.entry.count, again.entry.sameDevice, again.entry.guest], ['checked_in', 1, true, null])
  const asCore = (await validate({ code })).entry
  assert.deepEqual([asCore?.sameDevice, asCore?.guest], [false, { firstName: 'Ada', lastName: `Guest ${guestId}` }])
  await asDoor('validate', { qr: 'hello', gate: '=1+1' })
  await asDoor(`${ticketId}/check-in`, { code, direction: 'out' })
  await asDoor(`${ticketId}/check-in`, { code, direction: 'out' })
  await checkIn(ticketId, { gate: 'South' })
  await checkIn(ticketId, { undo: true })
  const list = async (query: string) => {
    const { json } = await call('GET', `/api/events/${eventId}/entries?${query}`)
    return entriesAnswer.strict().parse(json.data)
  }
  const all = await list('limit=100')
  assert.deepEqual(
    all.entries.map(({ direction, outcome, reason, gate, device }) => [direction, reason ?? outcome, gate, device]),
    [
      ['in', 'admitted', null, 'North gate'],
      ['in', 'checked_in', null, 'North gate'],
      ['in', 'malformed', '=1+1', 'North gate'],
      ['out', 'admitted', null, 'North gate'],
      ['out', 'not_inside', null, 'North gate'],
      ['in', 'undone', 'South', null],
    ],
  )
  const [first] = all.entries
  assert.deepEqual([first?.doorId, first?.scanId, first?.ticketCode, first?.guestId], [doorId, scanId, code, guestId])
  const pages = [await list('limit=4'), await list(`limit=4&cursor=${(await list('limit=4')).nextCursor}`)]
  assert.deepEqual(
    pages.flatMap(({ entries }) => entries),
    all.entries,
  )
  assert.equal((await list(`outcome=refused&ticketId=${ticketId}&doorId=${doorId}&direction=out`)).entries.length, 1)
  const changed = await list('updatedSince=2026-01-01T00:00:00Z')
  assert.deepEqual([changed.entries.length, typeof changed.watermark], [6, 'string'])
  const { json } = await call('GET', `/api/events/${eventId}/attendance`)
  const attendance = attendanceAnswer.strict().parse(json.data)
  const scans = { entries: 1, exits: 1, doubleEntries: 0 }
  assert.deepEqual(attendance.totals, { tickets: 2, entered: 1, inside: 0, ...scans, refused: 3 })
  assert.deepEqual(attendance.byTicketType, [{ ticketType: 'VIP', tickets: 2, entered: 1, inside: 0, ...scans }])
  assert.deepEqual(
    attendance.byGate.map(({ gate, entries, refused }) => [gate, entries, refused]),
    [
      ['=1+1', 0, 1],
      ['North gate', 1, 2],
    ],
  )
  assert.equal(
    attendance.byHour.reduce((sum, { entries, exits }) => sum + entries + exits, 0),
    2,
  )
  const csv = await fetch(new URL(`/api/events/${eventId}/attendance`, service.url), { headers: { accept: 'text/csv' } })
  assert.match(csv.headers.get('content-type') ?? '', /^text\/csv/)
  const lines = (await csv.text()).split('\r\n')
  assert.deepEqual(lines.slice(0, 4), [
    'group,name,tickets,entered,inside,entries,exits,doubleEntries,refused',
    'total,,2,1,0,1,1,0,3',
    'ticket type,VIP,2,1,0,1,1,0,',
    "gate,'=1+1,,,,0,0,0,1",
  ])
})
