import assert from 'node:assert/strict'
import { test } from 'node:test'
import { service } from '../../fixtures/service.ts'

const { call } = service

const generate = (body: unknown) => call('POST', '/api/tickets/generate', body)

test('bodies that are not JSON objects in UTF-8 are refused with the reason', async () => {
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

test('a body larger than the service takes is refused with its own code', async () => {
  const { status, json } = await generate(`{"guestId":1,"eventId":456,"data":{"a":"${'x'.repeat(7_000_000)}"}}`)
  assert.equal(status, 413)
  assert.equal(json.error.code, 'PAYLOAD_TOO_LARGE')
})
