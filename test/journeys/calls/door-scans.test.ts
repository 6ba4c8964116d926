import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import * as answers from '../../../functions/contract/schemas/trust-answers.ts'
import { auditOf, checkIn, eventId, makeExpiredTicket, makeTicket, validate } from '../../fixtures/door-calls.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { service } from '../../fixtures/service.ts'

const { call, sql } = service

test('two doors that were offline upload their scans and learn of double entries', async () => {
  const [once, twice, revoked, both] = [await makeTicket(), await makeTicket(), await makeTicket(), await makeTicket()]
  await call('POST', `/api/tickets/${revoked.ticketId}/revoke`)
  await sql`UPDATE generated_tickets SET created_at = '2026-06-01' WHERE event_id = ${eventId} AND revoked_at IS NULL`
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

test('a scan is judged as of when it was made, and counts for the current ticket', async () => {
  const [reissued, revoked, late, expired] = [
    await makeTicket(),
    await makeTicket(),
    await makeTicket(),
    await makeExpiredTicket(),
  ]
  await sql`UPDATE generated_tickets SET created_at = NOW() - INTERVAL '1 hour' WHERE event_id = ${eventId}`
  const second = (await call('POST', `/api/tickets/${reissued.ticketId}/reissue`)).json.data
  const third = (await call('POST', `/api/tickets/${second.ticketId}/reissue`)).json.data
  for (const { ticketId } of [revoked, late]) await call('POST', `/api/tickets/${ticketId}/revoke`)
  const scan = (code: string, minutesAgo: number) => ({
    ...{ scanId: randomUUID(), code, scannedAt: new Date(Date.now() - minutesAgo * 60_000).toISOString() },
  })
  const upload = async (scans: object[]) => {
    const { json } = await call('POST', `/api/events/${eventId}/scans`, { scans })
    return answers.scansAnswer.parse(json.data).scans.map(({ outcome, reason }) => reason ?? outcome)
  }
  const before = scan(reissued.ticketCode, 30)
  const scans = [before, scan(revoked.ticketCode, 30), scan(late.ticketCode, -30), scan(expired.ticketCode, 400 * 24 * 60)]
  assert.deepEqual(await upload(scans), ['entered', 'entered', 'revoked', 'expired'])
  assert.deepEqual(await upload(scans), ['entered', 'entered', 'revoked', 'expired'])
  const { checkedIn, reason } = await validate({ code: third.ticketCode })
  assert.deepEqual([reason, checkedIn?.at], ['checked_in', before.scannedAt])
  assert.deepEqual(await upload([scan(reissued.ticketCode, 20), scan(second.ticketCode, 0)]), ['checked_in', 'superseded'])
  assert.deepEqual(await upload([scan(third.ticketCode, 0), scan(revoked.ticketCode, 29)]), ['checked_in', 'checked_in'])
})

test('a scan that cannot be read is rejected, and does not hold up the others', async () => {
  const { ticketCode: code } = await makeTicket()
  const scannedAt = new Date().toISOString()
  const shown = [{ qr: 'x'.repeat(5000) }, { qr: '\u0000' }, { code: 'TC\u0007' }, { code }]
  const scans = shown.map((one) => ({ scanId: randomUUID(), scannedAt, ...one }))
  const { json } = await call('POST', `/api/events/${eventId}/scans`, { scans })
  assert.deepEqual([json.data.enteredCount, json.data.rejectedCount], [1, 3])
})

test('an upload that is no list of scans is refused', async () => {
  const scanId = randomUUID()
  const good = { scanId, scannedAt: '2026-06-12T09:00:00Z', code: 'TC-2026-7ZK3M9QX4T2B' }
  const post = async (scans: unknown, event = eventId) => (await call('POST', `/api/events/${event}/scans`, { scans })).json.error
  assert.equal((await post([good], nextEventId())).code, 'EVENT_NOT_FOUND')
  for (const bad of [[], 'none', Array.from({ length: 501 }, () => good)])
    assert.equal((await post(bad)).code, 'VALIDATION_FAILED')
})
