import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { templateBody } from '../../../functions/contract/examples/templates.ts'
import { claimKey, deleteOldKeys, findKey } from '../../../functions/database/idempotency-keys.ts'
import { registerEvent, service } from '../../fixtures/service.ts'

const { sql } = service
const eventId = await registerEvent()
const doors = `/api/events/${eventId}/doors`

async function post(target: string, body: unknown, key: string | undefined) {
  const response = await fetch(new URL(target, service.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const { data, error } = JSON.parse(await response.text())
  return { status: response.status, retryAfter: response.headers.get('retry-after'), data, error }
}

test('a key makes one door however often it is sent, and answers with the same pass', async () => {
  const key = randomUUID()
  const first = await post(doors, { label: 'North' }, key)
  assert.equal(first.status, 201)
  assert.deepEqual(await post(doors, { label: 'North' }, key), first)
  assert.notEqual((await post(doors, { label: 'North' }, randomUUID())).data.doorId, first.data.doorId)
  assert.notEqual((await post(doors, { label: 'North' }, undefined)).data.doorId, first.data.doorId)
})

test('a key with other content, or for another event, is refused with a code of its own', async () => {
  const key = randomUUID()
  await post(doors, { label: 'North' }, key)
  for (const target of [doors, `/api/events/${await registerEvent()}/doors`]) {
    const label = target === doors ? 'South' : 'North'
    const { status, error } = await post(target, { label }, key)
    assert.deepEqual([status, error.code], [409, 'IDEMPOTENCY_KEY_REUSED'])
  }
})

test('of concurrent requests with one key one is carried out; the others get its answer or are asked to wait', async () => {
  const key = randomUUID()
  const answers = await Promise.all(Array.from({ length: 12 }, () => post(doors, { label: 'East' }, key)))
  const made = answers.filter(({ status }) => status === 201)
  const asked = answers.filter(({ error }) => error?.code === 'IDEMPOTENCY_KEY_IN_USE')
  assert.equal(made.length + asked.length, 12)
  assert.equal(new Set(made.map(({ data }) => data.pass)).size, 1)
  for (const { status, retryAfter } of asked) assert.deepEqual([status, retryAfter], [409, '2'])
  const [row] = await sql`SELECT COUNT(*)::int AS count FROM doors WHERE event_id = ${eventId} AND label = 'East'`
  assert.equal(row?.count, 1)
})

test('tickets are reissued and templates are created once a key', async () => {
  const data = { firstName: 'Ada', lastName: 'Lovelace' }
  const { ticketId } = (await post('/api/tickets/generate', { eventId, guestId: 1, data }, undefined)).data
  const key = randomUUID()
  const first = await post(`/api/tickets/${ticketId}/reissue`, undefined, key)
  assert.equal(first.status, 201)
  assert.deepEqual(await post(`/api/tickets/${ticketId}/reissue`, undefined, key), first)
  const template = { ...templateBody, name: `Pass ${key}`, sample: { ...data, eventName: 'Gala' } }
  const made = await post('/api/templates', template, key)
  assert.equal(made.status, 201)
  assert.deepEqual(await post('/api/templates', template, key), made)
  const { templateId } = made.data
  const [kept] = await sql`SELECT answer FROM idempotency_keys WHERE made_id = ${templateId}`
  assert.deepEqual(kept, { answer: null }, 'a template is answered anew: its sample may be of a guest')
  await service.call('DELETE', `/api/events/${eventId}/guests/1`)
  await sql`INSERT INTO archived_templates (template_id) VALUES (${templateId})`
  const again = (await post('/api/templates', template, key)).data
  assert.deepEqual([again.templateId, again.status, again.sample], [templateId, 'archived', { eventName: 'Gala' }])
})

test('a key that is empty, too long or not visible ASCII is refused; routes that take none ignore it', async () => {
  for (const key of ['', 'a b', 'é', 'x'.repeat(256)]) {
    const { status, error } = await post(doors, { label: 'North' }, key)
    assert.deepEqual([status, error.details[0].path], [400, 'Idempotency-Key'], key)
  }
  assert.equal((await post(`/api/tickets/validate`, { code: 'x' }, 'a b')).status, 200)
})

test('a refused request leaves its key free for another attempt, with the same content', async () => {
  const key = randomUUID()
  const unknown = `/api/events/${eventId + 500_000}/doors`
  for (let attempt = 0; attempt < 2; attempt++)
    assert.equal((await post(unknown, { label: 'North' }, key)).error.code, 'EVENT_NOT_FOUND')
  assert.equal((await post(unknown, { label: 'South' }, key)).error.code, 'IDEMPOTENCY_KEY_REUSED')
})

test('an attempt after a crash has the same claim, and only once the first is given up', async () => {
  const request = { keyHash: Buffer.from(randomUUID()), fingerprint: Buffer.from('a') }
  const claimId = await claimKey(sql, request, 30)
  assert.equal(await claimKey(sql, request, 30), undefined)
  await sql`UPDATE idempotency_keys SET claimed_at = NOW() - INTERVAL '31 seconds' WHERE key_hash = ${request.keyHash}`
  assert.equal(await claimKey(sql, request, 30), claimId)
})

test('the database holds neither keys nor what they answer in the clear, and nothing for longer than a day', async () => {
  const key = `secret-${randomUUID()}`
  const { pass } = (await post(doors, { label: 'West' }, key)).data
  const rows = await sql<
    { text: string }[]
  >`SELECT ENCODE(key_hash || fingerprint || COALESCE(answer, ''), 'escape') AS text FROM idempotency_keys`
  for (const { text } of rows) for (const secret of [key, pass, 'West']) assert.ok(!text.includes(secret))
  const old = { keyHash: Buffer.from(randomUUID()), fingerprint: Buffer.from('a') }
  await claimKey(sql, old, 30)
  await sql`UPDATE idempotency_keys SET created_at = NOW() - INTERVAL '24 hours 1 second' WHERE key_hash = ${old.keyHash}`
  assert.equal(await deleteOldKeys(sql), 1)
  assert.equal(await findKey(sql, old.keyHash), undefined)
})
