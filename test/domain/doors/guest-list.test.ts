import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import type { GuestList } from '../../../functions/trust/guest-list.ts'
import { digestCode } from '../../../functions/trust/guest-list.ts'
import { registerEvent, service } from '../../fixtures/service.ts'

const { call, sql } = service
const eventId = await registerEvent()

async function makePass(options: object) {
  return (await call('POST', `/api/events/${eventId}/doors`, { label: 'North', ...options })).json.data.pass
}

async function askAs(pass: string, where: string) {
  const response = await fetch(`${service.url}/door/api/events/${eventId}/${where}`, {
    headers: { authorization: `Door ${pass}` },
  })
  const text = await response.text()
  return { status: response.status, bytes: text.length, json: JSON.parse(text) }
}

function contentOf(list: string): GuestList {
  const bytes = Buffer.from(list.slice('TG1:'.length), 'base64url')
  return JSON.parse(inflateRawSync(bytes.subarray(2, -64)).toString())
}

test('the list has each change once, without codes, and no name of an erased guest', async () => {
  const pass = await makePass({ guestList: true })
  const data = { firstName: 'Amélie', lastName: 'Lefèvre', email: 'amelie@example.com', ticketType: 'VIP' }
  const { ticketId, ticketCode } = (await call('POST', '/api/tickets/generate', { eventId, guestId: 1, data })).json.data
  const first = (await askAs(pass, 'guest-list')).json.data
  const [guest] = contentOf(first.list).guests
  assert.deepEqual(guest, {
    ...{ ticketId, digest: digestCode(eventId, ticketCode), state: 'valid' },
    ...{ firstName: 'Amélie', lastName: 'Lefèvre', ticketType: 'VIP' },
  })
  const next = (await askAs(pass, `guest-list?after=${first.through}`)).json.data
  assert.deepEqual([next.count, next.through >= first.through], [0, true])
  await call('POST', `/api/tickets/${ticketId}/check-in`, { gate: 'South' })
  const entered = (await askAs(pass, `guest-list?after=${next.through}`)).json.data
  assert.deepEqual(
    contentOf(entered.list).guests.map(({ inside, place }) => ({ inside, place })),
    [{ inside: true, place: 'South' }],
  )
  await sql`UPDATE guests SET first_name = NULL, last_name = NULL, ticket_type = NULL WHERE event_id = ${eventId} AND id = 1`
  const erased = (await askAs(pass, `guest-list?after=${entered.through}`)).json.data
  assert.doesNotMatch(JSON.stringify(contentOf(erased.list)), /Amélie|Lefèvre|VIP/)
  assert.equal(erased.count, 1)
})

test('10,000 guests take less than 1 MB, and one is found by name, e-mail and the start of a code, without codes', async () => {
  const pass = await makePass({ guestList: true })
  const data = { firstName: 'Zoé', lastName: 'Martin', email: 'zoe@example.com', ticketType: 'Standard' }
  const { ticketId, ticketCode } = (await call('POST', '/api/tickets/generate', { eventId, guestId: 2, data })).json.data
  await sql`
    INSERT INTO guests (event_id, id, first_name, last_name, ticket_type)
    SELECT ${eventId}, 10 + at, 'Prénom' || MD5(at::text), 'Nom' || MD5((at * 7)::text), 'Standard' FROM generate_series(1, 10000) at`
  await sql`
    INSERT INTO generated_tickets (job_id, ticket_code, qr_code_data, qr_options, template_id, template_version, guest_id, event_id, created_at)
    SELECT job_id, 'TC-2025-' || UPPER(SUBSTR(MD5(at::text), 1, 12)), 'TK1:' || at, qr_options, template_id, template_version, 10 + at, event_id, NOW()
    FROM generated_tickets, generate_series(1, 10000) at WHERE id = ${ticketId}`
  const { bytes, json } = await askAs(pass, 'guest-list')
  assert.ok(json.data.count > 10_000 && bytes < 1_000_000, `${json.data.count} guests in ${bytes} bytes`)
  for (const query of ['martin zoe', 'zoe@exa', ticketCode.slice(0, 12).toLowerCase()]) {
    const found = await askAs(pass, `guests?q=${encodeURIComponent(query)}`)
    assert.deepEqual(
      found.json.data.tickets.map((ticket: { ticketId: number }) => ticket.ticketId),
      [ticketId],
      query,
    )
    assert.ok(!JSON.stringify(found.json).includes(ticketCode), query)
  }
  assert.equal((await askAs(pass, 'guests?q=z')).status, 400)
  const withoutRight = await makePass({})
  for (const where of ['guests?q=martin', 'guest-list']) assert.equal((await askAs(withoutRight, where)).status, 403)
})
