import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { get, guestIds, named, register, ticketGuests, writeTickets } from '../fixtures/lists.ts'
import { registerEvent, service } from '../fixtures/service.ts'

const { call, sql } = service

test('lists refuse what they do not take, and unknown events and guests', async () => {
  const eventId = await registerEvent()
  for (const query of [
    'limit=0',
    'limit=1001',
    'cursor=x',
    'cursor=1.2',
    'updatedSince=yesterday',
    'q=',
    'status=used',
    'sort=id',
    'limit=1&limit=2',
  ]) {
    const path = query.startsWith('status') ? 'tickets' : 'guests'
    const { status, json } = await call('GET', `/api/events/${eventId}/${path}?${query}`)
    assert.deepEqual([status, json.error.details.length], [400, 1], query)
  }
  const { json } = await call('GET', `/api/events/${eventId}/guests?limit=1001`)
  assert.match(json.error.details[0].problem, /1 to 1000/)
  for (const path of ['', '/guests', '/tickets', '/guests/1'])
    assert.equal(
      (await call('GET', `/api/events/4${path}`)).json.error.code,
      path === '/guests/1' ? 'GUEST_NOT_FOUND' : 'EVENT_NOT_FOUND',
    )
})

describe('what changes', () => {
  test('is listed by change, what was registered again as before is not, and the watermark leads on', async () => {
    const eventId = await registerEvent()
    await register(eventId, [named(1), named(2)])
    const all = await get(`/api/events/${eventId}/guests?updatedSince=1970-01-01T00:00:00Z`)
    assert.deepEqual(guestIds(all), [1, 2])
    await register(eventId, [named(1), named(3)])
    await register(eventId, [named(2, 'Changed')])
    const changes = await get(`/api/events/${eventId}/guests?updatedSince=${all.watermark}`)
    assert.deepEqual(guestIds(changes), [3, 2])
    assert.deepEqual(guestIds(await get(`/api/events/${eventId}/guests?updatedSince=${changes.watermark}`)), [])
  })

  test('and is committed late is listed from the watermark on that another list gave meanwhile', async () => {
    const eventId = await registerEvent()
    await register(eventId, [named(1), named(2)])
    const path = `/api/events/${eventId}/guests?updatedSince=`
    const late = await sql.reserve()
    await late`BEGIN`
    await late`UPDATE guests SET first_name = 'Late' WHERE event_id = ${eventId} AND id = 1`
    await register(eventId, [named(2, 'Soon')])
    const soon = await get(`${path}1970-01-01T00:00:00Z`)
    assert.deepEqual(guestIds(soon), [1, 2])
    await late`COMMIT`
    late.release()
    const after = await get(`${path}${soon.watermark}`)
    assert.deepEqual(after.guests.find(({ guestId }) => guestId === 1)?.firstName, 'Late')
    assert.deepEqual(guestIds(await get(`${path}${after.watermark}`)), [])
  })

  test('and is committed late between two pages is listed from the watermark of either', async () => {
    const eventId = await registerEvent()
    await register(
      eventId,
      [1, 2, 3].map((id) => named(id)),
    )
    const late = await sql.reserve()
    await late`BEGIN`
    await late`UPDATE guests SET first_name = 'Late' WHERE event_id = ${eventId} AND id = 1`
    await register(eventId, [named(2, 'Soon'), named(3, 'Soon')])
    const path = `/api/events/${eventId}/guests?limit=2&updatedSince=1970-01-01T00:00:00Z`
    const first = await get(path)
    await late`COMMIT`
    late.release()
    const second = await get(`${path}&cursor=${first.nextCursor}`)
    assert.equal(second.watermark, first.watermark)
    const after = await get(`/api/events/${eventId}/guests?updatedSince=${second.watermark}`)
    assert.ok(after.guests.some(({ firstName }) => firstName === 'Late'))
  })

  test('of tickets and events is listed, too', async () => {
    const eventId = await registerEvent()
    const { watermark } = await get(`/api/events?updatedSince=2199-12-31T23:59:59Z`)
    await register(eventId, [named(1)])
    const [ticket] = await writeTickets(eventId, [1])
    const tickets = await get(`/api/events/${eventId}/tickets?updatedSince=${watermark}`)
    assert.deepEqual(ticketGuests(tickets), [1])
    await sql`UPDATE generated_tickets SET served_pass = 'fetched' WHERE id = ${ticket ?? 0}`
    assert.deepEqual((await get(`/api/events/${eventId}/tickets?updatedSince=${tickets.watermark}`)).tickets, [])
    await sql`UPDATE generated_tickets SET checked_in_at = NOW() WHERE id = ${ticket ?? 0}`
    assert.deepEqual(ticketGuests(await get(`/api/events/${eventId}/tickets?updatedSince=${tickets.watermark}`)), [1])
    await call('PUT', `/api/events/${eventId}`, {
      title: 'Moved',
      startsAt: '2030-01-01T10:00:00Z',
      timezone: 'UTC',
      location: 'Rome',
    })
    const { events } = await get(`/api/events?updatedSince=${tickets.watermark}`)
    assert.ok(events.some(({ id }) => id === eventId))
  })
})
