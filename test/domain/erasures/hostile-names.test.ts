import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { service } from '../../fixtures/batches.ts'
import { erase, pathOf } from '../../fixtures/erasures.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { findTraces } from '../../fixtures/traces.ts'

const { accept, call, ended, publish, request, sql } = service
const eventId = nextEventId()
const word = `Quux${randomInt(1e9)}`

/** Guests whose names are hard to find, each with the words that name nobody and nothing else. */
const guests = [
  {
    guest: { firstName: 'Gala', lastName: word, email: `gala.${word}@example.com`, data: { place: 'Paris' } },
    words: [`gala.${word}`],
  },
  {
    guest: { firstName: `.*+?^$()[]{}|%_\\${word}`, lastName: `O'${word}"<b>&amp;`, email: `o+1%_${word}@example.com` },
    words: [`.*+?^$()[]{}|%_\\${word}`, `O'${word}"<b>`, `o+1%_${word}`],
  },
  {
    guest: { firstName: `زبيدة${word}`, lastName: `الزَّهْرَاء${word}`, email: `z.${word}@example.com`, locale: 'ar' },
    words: [`زبيدة${word}`, `الزَّهْرَاء${word}`, `z.${word}`],
  },
  {
    guest: { firstName: 'Ada', lastName: 'Guest', data: { order: `order.${word}@example.com`, orderId: `id ${word} 7` } },
    words: [`order.${word}`, `id ${word} 7`],
  },
  {
    guest: {
      firstName: 'Ben',
      lastName: 'Guest',
      email: `n.${word}@example.com`,
      data: { companions: [{ name: `Kid ${word}`, contact: { mail: `kid.${word}@example.com` } }], [`key ${word}`]: true },
    },
    words: [`n.${word}`, `Kid ${word}`, `kid.${word}`, `key ${word}`],
  },
].map((one, at) => ({ ...one, guestId: at + 1 }))

test('no name is too odd to be erased, and no word of an event is erased with a guest', async () => {
  const begunAt = new Date()
  const event = { title: `Gala ${word}`, startsAt: '2030-01-01T10:00:00Z', timezone: 'UTC', location: `Rue ${word}` }
  await request('PUT', `/api/events/${eventId}`, event)
  // As data of a batch, and registered.
  const given = guests.map(({ guestId, guest: { data, ...person } }) => ({ guestId, data: { ...person, ...data } }))
  const { batchId } = await accept({ eventId, guests: given })
  await ended(batchId)
  await request('PUT', `/api/events/${eventId}/guests`, { guests: guests.map(({ guestId, guest }) => ({ guestId, ...guest })) })
  await request('PUT', `/api/events/${eventId}/branding`, { organiser: `Gala ${word}` })
  const samples = await Promise.all(guests.flatMap(({ guest }) => samplesOf(guest).map(publishWith)))
  const { pass } = await request<{ pass: string }>(
    'POST',
    `/api/events/${eventId}/doors`,
    { label: 'North', guestList: true },
    201,
  )
  for (const { guestId, guest, words } of guests) {
    const placesOf = async (one: string) => (await findTraces(service, [one], begunAt)).map((place) => place.split('/')[0] ?? '')
    for (const one of words) assert.ok((await placesOf(one)).includes('guests'), `${one} is registered`)
    assert.match(JSON.stringify((await call('GET', `${pathOf(eventId, guestId)}/export`)).json), new RegExp(word))
    await erase(eventId, guestId)
    assert.deepEqual(await findTraces(service, words, begunAt), [], JSON.stringify(guest))
  }
  const answers = await readAll(batchId, pass)
  for (const one of guests.flatMap(({ words }) => words))
    for (const [path, text] of answers) assert.ok(!text.includes(JSON.stringify(one).slice(1, -1)), `${path}: ${one}`)

  const [kept] = await sql`SELECT title, location, branding->>'organiser' AS organiser FROM events WHERE id = ${eventId}`
  assert.deepEqual(kept, { title: event.title, location: event.location, organiser: event.title })
  const places = await sql`SELECT sample->>'location' AS location FROM templates WHERE id = ANY(${samples}::bigint[])`
  assert.ok(places.every(({ location }) => location === event.location))

  function samplesOf({ data, ...person }: (typeof guests)[number]['guest']) {
    const nested = { holder: { name: `${person.firstName} ${person.lastName}`, contact: { mail: person.email ?? 'none' } } }
    return [
      { ...person, ...data, location: event.location },
      ...(person.lastName === 'Guest' ? [] : [{ ...nested, location: event.location }]),
    ]
  }
})

async function publishWith(sample: Record<string, unknown>): Promise<number> {
  const id = await publish('{{firstName}}')
  await sql`UPDATE templates SET sample = ${sql.json(JSON.parse(JSON.stringify(sample)))} WHERE id = ${id}`
  return id
}

/** Reads all that Core and a door can read of the event. */
async function readAll(batchId: string, pass: string): Promise<[path: string, text: string][]> {
  const { tickets } = await request<{ tickets: { id: number }[] }>('GET', `/api/events/${eventId}/tickets`)
  const paths = [
    ...['', '/guests', `/guests?q=${word}`, '/guests/1', '/guests/1/export', '/tickets', '/entries', '/attendance', '/doors'].map(
      (path) => `/api/events/${eventId}${path}`,
    ),
    ...[`/api/batches/${batchId}/status`, '/api/templates?limit=100', ...tickets.map(({ id }) => `/api/tickets/${id}`)],
    ...['guest-list?after=0', `guests?q=${word}`].map((path) => `/door/api/events/${eventId}/${path}`),
  ]
  const headers = { authorization: `Door ${pass}` }
  return await Promise.all(
    paths.map(async (path): Promise<[string, string]> => {
      const response = await fetch(new URL(path, service.url), path.startsWith('/door') ? { headers } : {})
      assert.ok([200, 404].includes(response.status), `${path}: ${response.status}`)
      return [path, await response.text()]
    }),
  )
}
