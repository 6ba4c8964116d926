import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { get, named, readPages, register, ticketGuests, writeTickets } from '../../fixtures/lists.ts'
import { registerEvent, service } from '../../fixtures/service.ts'

const { call, sql } = service

describe('tickets', () => {
  let eventId = 0
  before(async () => {
    eventId = await registerEvent()
    await register(
      eventId,
      [1, 2, 3, 4, 5, 6].map((id) => named(id)),
    )
    const [pending = 0, failed = 0, printed = 0, old = 0, revoked = 0, entered = 0] = await writeTickets(
      eventId,
      [1, 2, 3, 4, 5, 6],
    )
    const [{ job_id }] = await sql<[{ job_id: number }]>`SELECT job_id FROM generated_tickets WHERE id = ${pending}`
    await sql`INSERT INTO ticket_generation_logs (job_id, guest_id, ticket_id, status) VALUES (${job_id}, 1, ${pending}, 'pending'), (${job_id}, 2, ${failed}, 'failed')`
    await sql`UPDATE generated_tickets SET pdf_file_path = 'x.pdf', printed_at = NOW(), generated_at = NOW() WHERE id IN (${printed}, ${old}, ${entered})`
    await sql`UPDATE generated_tickets ticket SET printed_facts = ticket_facts(event.revision, guest.revision, template_id, template_version, qr_code_data, qr_options)
              FROM events event, guests guest WHERE event.id = ticket.event_id AND guest.event_id = event.id AND guest.id = guest_id AND ticket.id IN (${printed}, ${entered})`
    await sql`UPDATE generated_tickets SET checked_in_at = NOW() WHERE id = ${entered}`
    await call('POST', `/api/tickets/${revoked}/revoke`)
  })

  test('are listed by status', async () => {
    const expected = {
      pending: [1],
      generated: [3, 4, 6],
      failed: [2],
      revoked: [5],
      superseded: [],
      checked_in: [6],
      outdated: [4],
    }
    for (const [status, guests] of Object.entries(expected))
      assert.deepEqual(ticketGuests(await get(`/api/events/${eventId}/tickets?status=${status}`)), guests, status)
    const all = await readPages(`/api/events/${eventId}/tickets?limit=4`)
    assert.deepEqual(
      all.flatMap(({ tickets }) => tickets.map(({ status }) => status)),
      ['pending', 'failed', 'generated', 'generated', 'revoked', 'generated'],
    )
    const { counts } = await get(`/api/events/${eventId}`)
    assert.deepEqual(counts, { guests: 6, tickets: 6, revoked: 1, checkedIn: 1, inside: 1, outdated: 1 })
  })

  test('of a superseded code name their successor, and a guest has all of them', async () => {
    const guestId = 7
    await register(eventId, [named(guestId)])
    const made = await call('POST', '/api/tickets/generate', { eventId, guestId })
    const again = await call('POST', `/api/tickets/${made.json.data.ticketId}/reissue`)
    const [superseded] = (await get(`/api/events/${eventId}/tickets?status=superseded`)).tickets
    assert.deepEqual([superseded?.id, superseded?.supersededBy], [made.json.data.ticketId, again.json.data.ticketId])
    const { tickets } = await get(`/api/events/${eventId}/guests/${guestId}`)
    assert.deepEqual(
      tickets.map(({ id, status }) => [id, status]),
      [
        [again.json.data.ticketId, 'generated'],
        [made.json.data.ticketId, 'revoked'],
      ],
    )
    const checkIn = `/api/tickets/${again.json.data.ticketId}/check-in`
    for (const gate of ['North', 'South']) await call('POST', checkIn, { gate })
    const entered = await get(`/api/events/${eventId}/guests/${guestId}`)
    assert.deepEqual(
      entered.tickets.map(({ entries }) => entries?.map(({ outcome, gate }) => `${outcome} ${gate}`)),
      [['refused South', 'admitted North'], []],
    )
    const read = await call('GET', `/api/tickets/${again.json.data.ticketId}`)
    for (const [name, value] of Object.entries(entered.tickets[0] ?? {}).filter(([name]) => name in read.json.data))
      assert.deepEqual(value, read.json.data[name], name)
  })

  test('in a rare state are found in many steps of few tickets, each once', async () => {
    const event = await registerEvent()
    await sql`INSERT INTO guests (event_id, id) SELECT ${event}, id FROM generate_series(1, 4500) id`
    const ids = await writeTickets(
      event,
      Array.from({ length: 4500 }, (_, index) => index + 1),
    )
    await sql`UPDATE generated_tickets SET pdf_file_path = 'x.pdf', printed_at = NOW() WHERE id IN (${ids[10] ?? 0}, ${ids[4400] ?? 0})`
    const pages = await readPages(`/api/events/${event}/tickets?status=outdated`)
    assert.deepEqual(pages.flatMap(ticketGuests), [11, 4401])
    assert.ok(pages.length > 1)
  })
})
