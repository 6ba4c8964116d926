import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextEventId } from '../../fixtures/ids.ts'
import { registerEvent, service } from '../../fixtures/service.ts'

const { call, sql } = service

const generate = (body: unknown) => call('POST', '/api/tickets/generate', body)
const paths = (json: { error: { details: { path: string }[] } }) => json.error.details.map(({ path }) => path).sort()

test('every invalid field is named, with what is allowed', async () => {
  const { status, json } = await generate({
    guestId: 'x',
    eventId: -1,
    templateId: 1.5,
    data: { email: 'no', firstName: '', lastName: 'a\u0000b', locale: 'no such', seat: 'x'.repeat(2001) },
    options: { qr: { size: 5, colour: 1, color: { dark: '#fff', light: '#fff' }, errorCorrectionLevel: 'X' } },
    guest: 1,
  })
  assert.equal(status, 400)
  assert.equal(json.error.code, 'VALIDATION_FAILED')
  assert.deepEqual(paths(json), [
    'data.email',
    'data.firstName',
    'data.lastName',
    'data.locale',
    'data.seat',
    'eventId',
    'guest',
    'guestId',
    'options.qr.color',
    'options.qr.colour',
    'options.qr.errorCorrectionLevel',
    'options.qr.size',
    'templateId',
  ])
  for (const { problem } of json.error.details) assert.match(problem, /^(must|is|dark must) /)
  assert.match(json.error.requestId, /^[0-9a-f-]{36}$/)
})

test('a blank ticket type is refused, and each field is listed once', async () => {
  for (const blank of ['', ' ', '\u200B', '\u200B\u202E']) {
    const made = await generate({ guestId: 1, eventId: 456, data: { ticketType: blank } })
    assert.deepEqual(paths(made.json), ['data.ticketType'], JSON.stringify(blank))
  }
  for (const wrong of ['soon', '2099-02-30T00:00:00Z', '', 7, 'x\u0000'.repeat(2000)]) {
    const made = await generate({ guestId: -1.5, eventId: 456, data: { email: wrong }, options: { expiresAt: wrong } })
    assert.deepEqual(paths(made.json), ['data.email', 'guestId', 'options.expiresAt'], JSON.stringify(wrong))
    const door = await call('POST', '/api/events/456/doors', { label: 'x', expiresAt: wrong })
    assert.deepEqual(paths(door.json), ['expiresAt'], JSON.stringify(wrong))
  }
})

test("a guest's entry times must exist and be in order; other event fields are free data of the guest", async () => {
  const eventId = await registerEvent({ title: 'Own times' })
  const person = { firstName: 'John', lastName: 'Doe' }
  const own = { startsAt: '12:00', endsAt: 'late', timezone: 'Mars/Base', title: '', location: 7, seat: 'B 12' }
  const times = { entryStartsAt: '2030-01-01T12:00:00+01:00', entryEndsAt: '2030-01-01T12:30:00+01:00' }
  const guests = [
    { guestId: 1, ...person, data: { ...own, ...times } },
    { guestId: 2, ...person, data: { entryStartsAt: '12:00', entryEndsAt: '2030-02-30T12:00:00Z', seat: 'B 13' } },
    { guestId: 3, ...person, data: { ...times, entryEndsAt: '2030-01-01T11:59:00+01:00' } },
  ]
  const { status, json } = await call('PUT', `/api/events/${eventId}/guests`, { guests })
  assert.equal(status, 400)
  assert.deepEqual(paths(json), ['guests[1].data.entryEndsAt', 'guests[1].data.entryStartsAt', 'guests[2].data.entryEndsAt'])
  assert.equal((await call('PUT', `/api/events/${eventId}/guests`, { guests: guests.slice(0, 1) })).status, 200)
  const [row] = await sql`SELECT data FROM guests WHERE event_id = ${eventId}`
  assert.deepEqual(row?.data, guests[0]?.data)
  const batch = { eventId, guests: guests.map(({ guestId, data }) => ({ guestId, data })) }
  const refused = await call('POST', '/api/tickets/batch', batch)
  assert.deepEqual(paths(refused.json), [
    'guests[1].data.entryEndsAt',
    'guests[1].data.entryStartsAt',
    'guests[2].data.entryEndsAt',
  ])
})

test('names are trimmed and normalized, and invisible or reordering names are refused with their field', async () => {
  const eventId = nextEventId()
  const event = { title: 'Gala', startsAt: '2030-01-01T10:00:00Z', timezone: 'UTC', location: 'Paris' }
  const { json } = await call('PUT', `/api/events/${eventId}`, { ...event, title: '  Cafe\u0301 ', location: '\t大阪\u00A0' })
  assert.deepEqual([json.data.title, json.data.location], ['Café', '大阪'])
  for (const name of [
    '',
    ' ',
    '\u200B',
    '\u3164',
    '\u2800',
    '\u115F\u00AD',
    '\u0301',
    '\u200F',
    '\uFEFF',
    'a\u202Eb',
    'a\u202Ab',
    'a\u2067b',
    '\u2069a',
  ]) {
    const put = await call('PUT', `/api/events/${eventId}`, { ...event, title: name, location: name })
    assert.deepEqual(paths(put.json), ['location', 'title'], JSON.stringify(name))
    const listed = await call('PUT', `/api/events/${eventId}/guests`, {
      guests: [{ guestId: 1, firstName: name, lastName: name }],
    })
    const isEmpty = name.trim() === ''
    assert.deepEqual(paths(listed.json), isEmpty ? ['guests[0].firstName'] : ['guests[0].firstName', 'guests[0].lastName'])
    const made = await generate({ guestId: 1, eventId, data: { firstName: name, eventName: name } })
    assert.deepEqual(paths(made.json), ['data.firstName'])
    const unknown = await generate({ guestId: 1, eventId: nextEventId(), data: { eventName: name, location: name } })
    assert.deepEqual(paths(unknown.json), ['data.eventName', 'data.location'])
    assert.deepEqual(paths((await call('POST', `/api/events/${eventId}/doors`, { label: name })).json), ['label'])
    assert.deepEqual(paths((await call('POST', '/api/tickets/1/check-in', { gate: name })).json), ['gate'])
    assert.deepEqual(paths((await call('POST', '/api/templates', { name, source: 'x' })).json), ['name'])
  }
  assert.equal((await call('PUT', `/api/events/${eventId}`, { ...event, title: 'Live: \u2068عمر\u2069!' })).status, 200)
})

test('an e-mail address with invisible characters is refused', async () => {
  for (const hidden of ['\u0000', '\u0007', '\u200B', '\u202E', '\u00AD']) {
    const made = await generate({ guestId: 1, eventId: 456, data: { email: `a${hidden}b@example.com` } })
    assert.equal(made.status, 400)
    assert.deepEqual(new Set(paths(made.json)), new Set(['data.email']), JSON.stringify(hidden))
  }
})

test('a property name of Object.prototype is refused as data, with its path, at any depth', async () => {
  for (const name of [...Object.getOwnPropertyNames(Object.prototype), 'prototype'].filter((one) => one !== '__proto__')) {
    const data = { firstName: 'A', [name]: 'x', deep: [{ [name]: 1 }] }
    const made = await generate({ guestId: 1, eventId: 456, data })
    assert.equal(made.json.error.code, 'VALIDATION_FAILED', name)
    assert.deepEqual(paths(made.json), [`data.${name}`, `data.deep[0].${name}`].sort())
    const guests = [{ guestId: 1, firstName: 'A', lastName: 'B', data: { deep: { [name]: null } } }]
    assert.deepEqual(paths((await call('PUT', '/api/events/456/guests', { guests })).json), [`guests[0].data.deep.${name}`])
  }
  const escaped = await generate('{"guestId":1,"eventId":456,"data":{"a":{"\\u005f_proto__":1}}}')
  assert.equal(escaped.json.error.code, 'VALIDATION_FAILED')
})

test('a number that JavaScript cannot hold is refused as an id, and keeps every digit as data', async () => {
  const eventId = await registerEvent()
  const person = '"firstName":"A","lastName":"B"'
  const numbers =
    '{"a":12345678901234567890,"b":[-9007199254740993],"c":0.1234567890123456789,"d":1e400,"e":49.90,"f":9007199254740991,"g":1.5e3}'
  const put = await call('PUT', `/api/events/${eventId}/guests`, `{"guests":[{"guestId":1,${person},"data":${numbers}}]}`)
  assert.equal(put.status, 200, put.bytes.toString())
  const [row] = await sql`SELECT data FROM guests WHERE event_id = ${eventId}`
  assert.deepEqual(row?.data, {
    ...{ a: '12345678901234567890', b: ['-9007199254740993'], c: '0.1234567890123456789', d: '1e400' },
    ...{ e: 49.9, f: 9007199254740991, g: 1500 },
  })
  for (const id of ['9007199254740993', '1e400', '12345678901234567890']) {
    const refused = await call('PUT', `/api/events/${eventId}/guests`, `{"guests":[{"guestId":${id},${person}}]}`)
    assert.deepEqual(refused.json.error.details, [
      { path: 'guests[0].guestId', problem: 'must be an integer from 1 to 9007199254740991' },
    ])
  }
})
