import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateBody } from '../../../functions/contract/examples/tickets.ts'
import { guestCounts } from '../../../functions/contract/schemas/answers.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { service } from '../../fixtures/service.ts'

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
  const eventId = nextEventId()
  await call('PUT', `/api/events/${eventId}`, {
    title: 'Own times',
    startsAt: '2030-01-01T10:00:00Z',
    timezone: 'UTC',
    location: 'Paris',
  })
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
  const eventId = nextEventId()
  await call('PUT', `/api/events/${eventId}`, {
    title: 'Gala',
    startsAt: '2030-01-01T10:00:00Z',
    timezone: 'UTC',
    location: 'Paris',
  })
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

test('bodies that are not JSON objects in UTF-8 are refused in words', async () => {
  const cases: [unknown, string, RegExp][] = [
    [undefined, 'VALIDATION_FAILED', /is required: a JSON object/],
    ['{"guestId":1,', 'VALIDATION_FAILED', /is not valid JSON/],
    ['[1]', 'VALIDATION_FAILED', /must be an object/],
    ['null', 'VALIDATION_FAILED', /must be an object/],
    ['['.repeat(100_000), 'VALIDATION_FAILED', /at most 16 levels/],
    [`{"guestId":1,"eventId":456,"data":{"a":"\\ud800"}}`, 'VALIDATION_FAILED', /valid Unicode/],
    [`{"guestId":1,"eventId":456,"data":{"__proto__":{"a":1}}}`, 'VALIDATION_FAILED', /not allowed/],
    [`{"guestId":1,"eventId":456,"data":{"\\u005f_proto__":{"a":1}}}`, 'VALIDATION_FAILED', /not allowed/],
    [`{"guestId":1,"eventId":456,"data":{"constructor":"a"}}`, 'VALIDATION_FAILED', /not allowed/],
    [`{"guestId":9007199254740993,"eventId":456}`, 'VALIDATION_FAILED', /9007199254740991/],
  ]
  for (const [body, code, problem] of cases) {
    const { json } = await generate(body)
    assert.equal(json.error.code, code, String(body).slice(0, 60))
    assert.match(JSON.stringify(json.error), problem)
  }
})

test('another media type, another charset and bytes that are not UTF-8 are refused as such', async () => {
  const send = async (type: string, body: BodyInit) => {
    const response = await fetch(new URL('/api/tickets/generate', service.url), {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })
    return { status: response.status, code: (await response.json()).error.code }
  }
  const refused = { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' }
  assert.deepEqual(await send('application/x-www-form-urlencoded', 'guestId=1'), refused)
  assert.deepEqual(await send('application/json; charset=latin1', '{}'), refused)
  assert.deepEqual(
    await send('application/json', Buffer.from('{"guestId":1,"eventId":456,"data":{"firstName":"Ren\xe9"}}', 'latin1')),
    refused,
  )
})

test('JSON is accepted under every name of UTF-8, with or without a byte order mark', async () => {
  const send = async (type: string, body: BodyInit = '{"code":"TC-2024-7ZK3M9QX4T2B"}') => {
    const headers = { 'content-type': type }
    return (await fetch(new URL('/api/tickets/validate', service.url), { method: 'POST', headers, body })).status
  }
  for (const charset of ['utf-8', 'UTF-8', 'utf8', 'UTF8', '"utf-8"', '"utf8"'])
    assert.equal(await send(`application/json; charset=${charset}`), 200, charset)
  assert.equal(await send('application/json;charset=utf-8;version=1'), 200)
  assert.equal(await send('application/vnd.tickets+json'), 200)
  assert.equal(await send('application/json', '\ufeff{"code":"TC-2024-7ZK3M9QX4T2B"}'), 200)
  for (const type of [
    'application/json; charset=utf-16',
    'application/json; charset=none',
    'text/json',
    'application/jsonp',
    'json',
  ])
    assert.equal(await send(type), 415, type)
  assert.equal(await send('application/json; charset=utf-16', Buffer.from('\ufeff{"code":"x"}', 'utf16le')), 415)
})

test('an error response stays small: it lists the first 100 problems and counts all', async () => {
  const guests = Array.from({ length: 40_000 }, (_, at) => ({ guestId: 'x', firstName: at, lastName: '', email: '', who: 1 }))
  const fields = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`field${at}`, at]))
  for (const [method, target, body, count] of [
    ['PUT', '/api/events/456/guests', { guests: guests.slice(0, 10_000) }, 40_000],
    ['POST', '/api/tickets/batch', { eventId: 456, guests }, 200_000],
    ['POST', '/api/tickets/validate', fields, 100_001],
  ] as const) {
    const startedAt = performance.now()
    const { status, json, bytes } = await call(method, target, body)
    assert.equal(status, 400, target)
    assert.deepEqual([json.error.details.length, json.error.problemCount], [100, count])
    assert.match(json.error.message, new RegExp(`There are ${count} problems; the first 100 are listed`))
    assert.ok(bytes.length < 20_000)
    assert.ok(performance.now() - startedAt < 5000, 'a list of bad guests is refused in seconds')
  }
  const { json, bytes } = await call('POST', '/api/tickets/validate', { ['x'.repeat(5_000_000)]: 1 })
  assert.deepEqual([json.error.code, bytes.length < 2000, json.error.problemCount], ['VALIDATION_FAILED', true, undefined])
})

test('a resource has one address: ids are decimal without leading zeros, signs or fractions', async () => {
  const made = (await generate(generateBody)).json.data
  const { search } = new URL(made.pdfUrl)
  assert.equal((await call('GET', `/pdf/${made.ticketId}${search}`)).status, 302)
  for (const id of [
    `0${made.ticketId}`,
    `+${made.ticketId}`,
    `${made.ticketId}.0`,
    `${made.ticketId}e0`,
    `%20${made.ticketId}`,
  ]) {
    assert.equal((await call('GET', `/pdf/${id}${search}`)).status, 400, id)
    assert.equal((await call('GET', `/api/tickets/${id}`)).status, 400, id)
  }
  for (const target of [`/pdf/${made.ticketId}/`, `//pdf/${made.ticketId}`, `/PDF/${made.ticketId}`, `/pdf//${made.ticketId}`])
    assert.equal((await call('GET', `${service.url}${target}${search}`)).status, 404, target)
  for (const target of [
    '/api/batches/x/status?limit=010',
    '/api/batches/x/status?cursor=01',
    '/api/templates?limit=05',
    '/api/templates/1?version=01',
    '/api/events/456/revocations?after=00',
    '/api/events/0456/revocations',
  ])
    assert.equal((await call('GET', target)).status, 400, target)
  assert.equal((await call('POST', '/api/keys/01/reissue')).status, 400)
})

test('repeated and unknown parameters are refused, except additions to guest links', async () => {
  const problem = async (target: string) => (await call('GET', target)).json.error.details
  assert.deepEqual(await problem('/api/batches/x/status?limit=1&limit=2'), [{ path: 'limit', problem: 'must be given once' }])
  for (const name of ['limit[]', 'limt', '__proto__', 'constructor'])
    assert.deepEqual(await problem(`/api/templates?${encodeURIComponent(name)}=1`), [
      { path: name, problem: 'is not a parameter that this route takes' },
    ])
  const { pdfUrl } = (await generate(generateBody)).json.data
  assert.equal((await call('GET', `${pdfUrl}&utm_source=mail`)).status, 302)
  assert.equal((await call('GET', `${pdfUrl}&signature=x`)).status, 400)
  assert.equal((await call('GET', '/api/templates?X-Amz-Date=20261129T000000Z')).status, 200)
})

test('HEAD answers like GET without content; other methods are refused with the allowed ones', async () => {
  for (const target of [
    '/health',
    '/openapi.json',
    '/api/templates',
    '/api/tickets/424242',
    '/docs',
    '/pdf/1?expires=1&signature=x',
  ]) {
    const [get, head] = await Promise.all([call('GET', target), call('HEAD', target)])
    assert.equal(head.status, get.status, target)
    assert.equal(head.headers.get('content-type'), get.headers.get('content-type'))
    assert.equal(head.bytes.length, 0)
  }
  for (const [method, target, allow] of [
    ['OPTIONS', '/health', 'GET, HEAD'],
    ['DELETE', '/pdf/1', 'GET, HEAD'],
    ['HEAD', '/api/tickets/generate', 'POST'],
    ['PATCH', '/api/templates', 'GET, HEAD, POST'],
    ['PUT', '/door/api/events/1/revocations', 'GET, HEAD'],
  ] as const) {
    const { status, headers } = await call(method, target)
    assert.deepEqual([status, headers.get('allow')], [405, allow], `${method} ${target}`)
  }
})

test('a body larger than the service takes is refused with its own code', async () => {
  const { status, json } = await generate(`{"guestId":1,"eventId":456,"data":{"a":"${'x'.repeat(7_000_000)}"}}`)
  assert.equal(status, 413)
  assert.equal(json.error.code, 'PAYLOAD_TOO_LARGE')
})

test('an unknown path, a wrong method and a bad id get the error shape too', async () => {
  for (const [method, target, status, code] of [
    ['GET', '/nothing/here', 404, 'ROUTE_NOT_FOUND'],
    ['DELETE', '/api/tickets/1', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/api/tickets/generate', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/api/tickets/1.5', 400, 'VALIDATION_FAILED'],
    ['GET', '/api/tickets/0', 400, 'VALIDATION_FAILED'],
    ['GET', '/api/tickets/99999999999999999', 400, 'VALIDATION_FAILED'],
    ['GET', '/api/tickets/%00', 400, 'VALIDATION_FAILED'],
    ['GET', '/api/tickets/424242', 404, 'TICKET_NOT_FOUND'],
    ['GET', '/pdf/1?expires=1&signature=x', 403, 'FORBIDDEN'],
  ] as const) {
    const { status: given, json } = await call(method, target)
    assert.equal(given, status, `${method} ${target}`)
    assert.deepEqual(Object.keys(json.error), ['code', 'message', 'details', 'requestId'])
    assert.equal(json.error.code, code, `${method} ${target}`)
  }
})

test('an event may carry its own id, but not another one', async () => {
  const eventId = nextEventId()
  const event = { id: eventId, title: 'Gala', startsAt: '2026-06-12T09:00:00+02:00', timezone: 'Europe/Paris', location: 'Here' }
  assert.equal((await call('PUT', `/api/events/${eventId}`, event)).status, 200)
  const { status, json } = await call('PUT', `/api/events/${nextEventId()}`, event)
  assert.equal(status, 400)
  assert.deepEqual(paths(json), ['id'])
  const late = await call('PUT', `/api/events/${eventId}`, { ...event, endsAt: '2026-06-12T06:59:00Z', timezone: 'Mars/Olympus' })
  assert.deepEqual(paths(late.json), ['endsAt', 'timezone'])
})

test('guests are registered atomically, and counted', async () => {
  const guests = Array.from({ length: 10_000 }, (_, at) => ({
    guestId: at + 1,
    firstName: `Guest ${at}`,
    lastName: 'X',
    data: { seat: at },
  }))
  const { json } = await call('PUT', '/api/events/456/guests', {
    guests: guests.map((guest) => ({ ...guest, guestId: guest.guestId + 50_000 })),
  })
  assert.deepEqual(json.data, { eventId: 456, totalCount: 10_000, createdCount: 10_000, updatedCount: 0 })
  const twice = await call('PUT', '/api/events/456/guests', { guests: [guests[0], guests[1], guests[0]] })
  assert.deepEqual(twice.json.error.details, [{ path: 'guests[2].guestId', problem: 'repeats guests[0].guestId' }])
  const bad = await call('PUT', '/api/events/456/guests', { guests: [{ ...guests[0], guestId: 70_001 }, { guestId: 70_002 }] })
  assert.deepEqual(paths(bad.json), ['guests[1].firstName', 'guests[1].lastName'])
  assert.equal((await sql`SELECT FROM guests WHERE event_id = 456 AND id = 70001`).length, 0)
  assert.equal(
    (await call('PUT', `/api/events/${nextEventId()}/guests`, { guests: [guests[0]] })).json.error.code,
    'EVENT_NOT_FOUND',
  )
  const again = await call('PUT', '/api/events/456/guests', { guests: [{ ...guests[0], guestId: 50_001 }] })
  assert.deepEqual([again.json.data.createdCount, again.json.data.updatedCount], [0, 1])
})

test('onInvalid=skip registers the valid guests and reports the others with their problems', async () => {
  const eventId = nextEventId()
  await call('PUT', `/api/events/${eventId}`, {
    title: 'Gala',
    startsAt: '2030-01-01T10:00:00Z',
    timezone: 'UTC',
    location: 'Paris',
  })
  const person = { firstName: 'John', lastName: 'Doe' }
  const guests = [
    { guestId: 1, ...person },
    { guestId: 2, ...person, firstName: '\u200B', email: 'no' },
    { guestId: 1, ...person },
    'x',
    { guestId: 3, ...person },
  ]
  assert.equal((await call('PUT', `/api/events/${eventId}/guests`, { guests })).status, 400)
  const { status, json } = await call('PUT', `/api/events/${eventId}/guests?onInvalid=skip`, { guests })
  assert.equal(status, 200)
  assert.deepEqual(guestCounts.strict().parse(json.data), {
    ...{ eventId, totalCount: 2, createdCount: 2, updatedCount: 0, skippedCount: 3 },
    skipped: [
      {
        index: 1,
        guestId: 2,
        problems: [
          { path: 'firstName', problem: 'must have a visible character' },
          { path: 'email', problem: 'must be an e-mail address' },
        ],
      },
      { index: 2, guestId: 1, problems: [{ path: 'guestId', problem: 'repeats guests[0].guestId' }] },
      { index: 3, guestId: null, problems: [{ path: 'body', problem: 'must be an object' }] },
    ],
  })
  assert.deepEqual(
    (await sql`SELECT id FROM guests WHERE event_id = ${eventId} ORDER BY id`).map(({ id }) => id),
    [1, 3],
  )
  const many = Array.from({ length: 10_000 }, () => ({ guestId: 0 }))
  const all = await call('PUT', `/api/events/${eventId}/guests?onInvalid=skip`, { guests: many })
  assert.deepEqual(
    [all.status, all.json.data.totalCount, all.json.data.skippedCount, all.json.data.skipped.length],
    [200, 0, 10_000, 100],
  )
  assert.deepEqual(
    paths((await call('PUT', `/api/events/${eventId}/guests?onInvalid=ignore`, { guests })).json)[0],
    'guests[1].email',
  )
  const misspelt = await call('PUT', `/api/events/${eventId}/guests?onInvalid=ignore`, { guests: guests.slice(0, 1) })
  assert.deepEqual(misspelt.json.error.details, [{ path: 'onInvalid', problem: 'must be refuse or skip' }])
})

test('an answer never shows a stack, and is never HTML', async () => {
  for (const body of ['{', '{}', generateBody, { ...generateBody, templateId: 3 }]) {
    const { bytes, headers } = await generate(body)
    assert.match(headers.get('content-type') ?? '', /^application\/json/)
    assert.doesNotMatch(bytes.toString(), /node_modules|at .*:\d+:\d+|<html/)
  }
})
