import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { get, guestIds, named, readPages, register, writeTickets } from '../../fixtures/lists.ts'
import { registerEvent, service } from '../../fixtures/service.ts'

const { sql } = service

test('guests are listed by id, each once while others come and change', async () => {
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
