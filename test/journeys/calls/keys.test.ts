import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { openCore } from '../../../bin/client/core-client.ts'
import { listKeys, retireKeys } from '../../../bin/tickets/keys.ts'
import { openProgress } from '../../../bin/tickets/progress-line.ts'
import { rotateKey } from '../../../functions/trust/key-file.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { registerDemoGuests, registerEvent, service } from '../../fixtures/service.ts'

const { call, sql } = service
const eventId = nextEventId()
await registerDemoGuests(eventId)
const file = path.join(service.stateFolder, 'signing-keys.json')
const controller = new AbortController()
const session = {
  core: openCore({ url: service.url, signal: controller.signal }),
  url: service.url,
  progress: openProgress(process.stderr, { isQuiet: true }),
  signal: controller.signal,
  commandLine: (words: readonly string[]) => words.join(' '),
}

const generate = async (guestId: number, options?: object) =>
  (await call('POST', '/api/tickets/generate', { eventId, guestId, options })).json.data
const payloadOf = async (ticketId: number) => (await call('GET', `/api/tickets/${ticketId}`)).json.data.qrPayload
const reasonOf = async (qr: string) => (await call('POST', '/api/tickets/validate', { qr })).json.data.reason
const kidsOf = async () => (await call('GET', '/.well-known/ticket-keys.json')).json.keys.map(({ kid }: { kid: string }) => kid)

test('the public keys may be cached for five minutes', async () => {
  const { headers } = await call('GET', '/.well-known/ticket-keys.json')
  assert.equal(headers.get('cache-control'), 'public, max-age=300')
})

test('a running service signs with a rotated key within seconds, and both keys verify', async () => {
  const old = await payloadOf((await generate(123)).ticketId)
  await rotateKey(file)
  await eventually('the new key is published', async () => (await kidsOf()).join() === '1,2')
  const { ticketId } = await generate(124)
  const [row] = await sql`SELECT key_id FROM generated_tickets WHERE id = ${ticketId}`
  assert.equal(row?.key_id, 2)
  assert.equal(await reasonOf(old), null)
  assert.equal(await reasonOf(await payloadOf(ticketId)), null)
})

test('tickets of a key that is in use are not reissued', async () => {
  const { status, json } = await call('POST', '/api/keys/1/reissue')
  assert.deepEqual([status, json.error.code], [409, 'KEY_IN_USE'])
  assert.equal((await call('POST', '/api/keys/256/reissue')).json.error.code, 'VALIDATION_FAILED')
  const never = await call('POST', '/api/keys/200/reissue')
  assert.deepEqual([never.status, never.json.error.code], [404, 'KEY_NOT_FOUND'])
})

test('one command retires a leaked key and reissues its tickets; the old codes are superseded', async () => {
  const otherEventId = await registerEvent({ title: 'Ball' })
  await call('PUT', `/api/events/${otherEventId}/guests`, { guests: [{ guestId: 1, firstName: 'Al', lastName: 'Ko' }] })
  const other = (await call('POST', '/api/tickets/generate', { eventId: otherEventId, guestId: 1, templateId: 2 })).json.data
  const entered = await generate(125)
  await call('POST', `/api/tickets/${entered.ticketId}/check-in`, { gate: 'North' })
  const old = [other.ticketId, entered.ticketId, (await generate(1001)).ticketId, (await generate(124)).ticketId]
  const payloads = await Promise.all(old.map(payloadOf))
  const json = await generate(1002, { qr: { format: 'json' } })
  const kept = await payloadOf((await generate(123)).ticketId)
  const result = await retireKeys.run(session, { file, key: 2, reissue: true })
  assert.equal(result.exitCode, 0)
  assert.match(result.lines.join('\n'), /4 tickets have new codes/)
  assert.deepEqual(await kidsOf(), ['1'])
  for (const payload of payloads) assert.equal(await reasonOf(payload), 'unknown_key')
  const codes = await sql`SELECT ticket_code FROM generated_tickets WHERE id = ANY(${old})`
  for (const { ticket_code: code } of codes)
    assert.equal((await call('POST', '/api/tickets/validate', { code })).json.data.reason, 'superseded')
  assert.equal(await reasonOf(kept), null)
  assert.equal(await reasonOf(await payloadOf(json.ticketId)), null)
  const batches = await sql`SELECT batch_id, total_count FROM generation_jobs WHERE batch_id LIKE 'reissue-2-%' ORDER BY event_id`
  assert.deepEqual(
    batches.map(({ total_count }) => total_count),
    [3, 1],
  )
  for (const { batch_id } of batches) {
    const status = async () => (await call('GET', `/api/batches/${batch_id}/status`)).json.data
    await eventually('the batch is done', async () => (await status()).status === 'completed', 20_000)
    for (const { ticketId, pdfUrl } of (await status()).tickets) {
      assert.equal((await fetch(pdfUrl)).status, 200)
      const reason = await reasonOf(await payloadOf(ticketId))
      const [row] = await sql`SELECT guest_id, event_id FROM generated_tickets WHERE id = ${ticketId}`
      assert.equal(reason, row?.guest_id === 125 && row.event_id === eventId ? 'checked_in' : null)
    }
  }
  assert.deepEqual((await call('POST', '/api/keys/2/reissue')).json.data, {
    ...{ kid: 2, batchId: null, eventId: null, reissuedCount: 0, remainingCount: 0 },
  })
  assert.match((await listKeys.run(session, { file })).lines.join('\n'), /1 {2}signs .*\n {2}2 {2}retired/)
})

test('a ticket generated again after its key was retired keeps its code and is signed again', async () => {
  const before = await generate(1003)
  const old = await payloadOf(before.ticketId)
  await retireKeys.run(session, { file, key: 1, reissue: false })
  await eventually('the key is gone', async () => (await kidsOf()).join() === '3')
  assert.equal(await reasonOf(old), 'unknown_key')
  const after = await generate(1003)
  assert.deepEqual([after.ticketId, after.ticketCode], [before.ticketId, before.ticketCode])
  assert.equal(await reasonOf(await payloadOf(after.ticketId)), null)
})
