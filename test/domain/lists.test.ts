import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { registerEvent, service } from '../fixtures/service.ts'

const { call, sql } = service

interface Answer {
  guests: { guestId: number; firstName: string }[]
  tickets: {
    id: number
    ticketCode: string
    status: string
    outdated: boolean
    supersededBy: number | null
    guest: { id: number }
    entries?: { outcome: string; gate: string | null }[]
  }[]
  events: { id: number }[]
  nextCursor: string | null
  watermark: string | null
  counts: Record<string, number>
}

async function get(path: string): Promise<Answer> {
  const { status, json } = await call('GET', path)
  assert.equal(status, 200, JSON.stringify(json))
  return json.data
}

const guestIds = ({ guests }: Answer) => guests.map(({ guestId }) => guestId)
const ticketGuests = ({ tickets }: Answer) => tickets.map(({ guest }) => guest.id)

async function register(eventId: number, guests: object[]): Promise<void> {
  assert.equal((await call('PUT', `/api/events/${eventId}/guests`, { guests })).status, 200)
}

const named = (guestId: number, firstName = 'Ann', lastName = `Guest ${guestId}`) => ({ guestId, firstName, lastName })

/** Reads all pages of a list, and what each answered. */
async function readPages(path: string): Promise<Answer[]> {
  const pages: Answer[] = [await get(path)]
  for (let last = pages[0]; last?.nextCursor; last = pages.at(-1)) pages.push(await get(`${path}&cursor=${last.nextCursor}`))
  return pages
}

describe('lists', () => {
  test('page through guests by id, and each once while others come and change', async () => {
    const eventId = await registerEvent()
    await register(
      eventId,
      [1, 2, 3, 5, 6].map((id) => named(id)),
    )
    const path = `/api/events/${eventId}/guests?limit=2`
    const first = await get(path)
    assert.deepEqual([guestIds(first), first.watermark], [[1, 2], null])
    await register(eventId, [named(1, 'Changed'), named(4)])
    const second = await get(`${path}&cursor=${first.nextCursor}`)
    const third = await get(`${path}&cursor=${second.nextCursor}`)
    assert.deepEqual([guestIds(second), guestIds(third), third.nextCursor], [[3, 4], [5, 6], null])
  })

  test('list events, and one with exact counts', async () => {
    const eventId = await registerEvent({ title: 'Counted' })
    await register(
      eventId,
      [1, 2, 3].map((id) => named(id)),
    )
    const { events } = await get(`/api/events?limit=1&cursor=${eventId - 1}`)
    assert.deepEqual(
      events.map(({ id }) => id),
      [eventId],
    )
    const { counts } = await get(`/api/events/${eventId}`)
    assert.deepEqual(counts, { guests: 3, tickets: 0, revoked: 0, checkedIn: 0, inside: 0, outdated: 0 })
  })

  test('refuse what they do not take, and unknown events and guests', async () => {
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

describe('a search of guests', () => {
  let eventId = 0
  before(async () => {
    eventId = await registerEvent()
    const other = await registerEvent()
    const guests = [
      { ...named(1, 'Amélie', 'Lefèvre'), email: 'Amelie.L@Example.com' },
      { ...named(2, 'Seán', "O'Brien-Łuk") },
      { ...named(3, 'ÅSA', 'Groß'), email: 'asa@example.org' },
      { ...named(4, 'Ольга', 'Йовович'), data: { order: 'AB-1234' } },
      { ...named(5, 'Amélie', 'Groß') },
    ]
    await register(eventId, guests)
    await register(other, guests)
  })

  const searches: Record<string, number[]> = {
    'lefevre amelie': [1],
    'AMÉ LEF': [1],
    amelie: [1, 5],
    gro: [3, 5],
    GROSS: [3, 5],
    obrien: [2],
    "o'brien": [2],
    'brien sean': [2],
    luk: [2],
    asa: [3],
    'ольга йов': [4],
    'amelie.l@example.com': [1],
    'amelie.l@ex': [1],
    'l lefevre': [1],
    'ab-12': [4],
    'AB1234 ольга': [4],
    melie: [],
    'amelie brien': [],
    '-': [],
    "'": [],
    '\\': [],
  }
  for (const [q, expected] of Object.entries(searches))
    test(`finds ${expected.length} by ${q}`, async () => {
      assert.deepEqual(guestIds(await get(`/api/events/${eventId}/guests?q=${encodeURIComponent(q)}`)), expected)
    })

  test('finds the holder of a code by its beginning, as people type it', async () => {
    await writeTickets(eventId, [1, 2, 3])
    const [row] = await sql<
      [{ ticket_code: string }]
    >`SELECT ticket_code FROM generated_tickets WHERE event_id = ${eventId} AND guest_id = 2`
    const code = row.ticket_code
    for (const q of [
      code,
      code.slice(0, 14),
      code.toLowerCase().replaceAll('-', ''),
      code.replaceAll('0', 'o').replaceAll('1', 'l'),
    ])
      assert.deepEqual(guestIds(await get(`/api/events/${eventId}/guests?q=${q}`)), [2], q)
    assert.deepEqual(guestIds(await get(`/api/events/${eventId}/guests?q=tc-2030-&limit=2`)), [1, 2])
  })

  test('pages, and lists by change as well', async () => {
    const path = `/api/events/${eventId}/guests?q=amelie&limit=1`
    assert.deepEqual((await readPages(path)).map(guestIds), [[1], [5]])
    const { watermark } = await get(`/api/events/${eventId}/guests?updatedSince=2199-01-01T00:00Z`)
    await register(eventId, [named(5, 'Amélie', 'Groß-Meier')])
    assert.deepEqual(guestIds(await get(`${path}&updatedSince=${watermark}`)), [5])
  })
})

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

async function writeTickets(eventId: number, guests: number[]): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    WITH job AS (INSERT INTO generation_jobs (event_id, template_id, template_version, total_count) VALUES (${eventId}, 1, 1, 1) RETURNING id)
    INSERT INTO generated_tickets (job_id, ticket_code, qr_code_data, template_id, template_version, guest_id, event_id)
    SELECT job.id, 'TC-2030-' || TRANSLATE(UPPER(SUBSTR(MD5(RANDOM()::text), 1, 12)), 'O', '0'), '', 1, 1, guest, ${eventId} FROM job, UNNEST(${guests}::bigint[]) guest ORDER BY guest RETURNING id`
  return rows.map(({ id }) => id)
}
