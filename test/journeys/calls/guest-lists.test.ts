import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guestCounts } from '../../../functions/contract/schemas/answers.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { registerEvent, service } from '../../fixtures/service.ts'

const { call, sql } = service

const paths = (json: { error: { details: { path: string }[] } }) => json.error.details.map(({ path }) => path).sort()

test('an event may carry its own id, but not another one', async () => {
  const eventId = nextEventId()
  const event = { id: eventId, title: 'Gala', startsAt: '2026-06-12T09:00:00+02:00', timezone: 'Europe/Paris', location: 'Here' }
  assert.equal((await call('PUT', `/api/events/${eventId}`, event)).status, 200)
  const { status, json } = await call('PUT', `/api/events/${nextEventId()}`, event)
  assert.equal(status, 400)
  assert.deepEqual(paths(json), ['id'])
  const late = await call('PUT', `/api/events/${eventId}`, { ...event, endsAt: '2026-06-12T06:59:00Z', timezone: 'Mars/Olympus' })
  assert.deepEqual(paths(late.json), ['endsAt', 'timezone'])
})

test('guests are registered atomically, and counted', async () => {
  const guests = Array.from({ length: 10_000 }, (_, at) => ({
    guestId: at + 1,
    firstName: `Guest ${at}`,
    lastName: 'X',
    data: { seat: at },
  }))
  const { json } = await call('PUT', '/api/events/456/guests', {
    guests: guests.map((guest) => ({ ...guest, guestId: guest.guestId + 50_000 })),
  })
  assert.deepEqual(json.data, { eventId: 456, totalCount: 10_000, createdCount: 10_000, updatedCount: 0 })
  const twice = await call('PUT', '/api/events/456/guests', { guests: [guests[0], guests[1], guests[0]] })
  assert.deepEqual(twice.json.error.details, [{ path: 'guests[2].guestId', problem: 'repeats guests[0].guestId' }])
  const bad = await call('PUT', '/api/events/456/guests', { guests: [{ ...guests[0], guestId: 70_001 }, { guestId: 70_002 }] })
  assert.deepEqual(paths(bad.json), ['guests[1].firstName', 'guests[1].lastName'])
  assert.equal((await sql`SELECT FROM guests WHERE event_id = 456 AND id = 70001`).length, 0)
  assert.equal(
    (await call('PUT', `/api/events/${nextEventId()}/guests`, { guests: [guests[0]] })).json.error.code,
    'EVENT_NOT_FOUND',
  )
  const again = await call('PUT', '/api/events/456/guests', { guests: [{ ...guests[0], guestId: 50_001 }] })
  assert.deepEqual([again.json.data.createdCount, again.json.data.updatedCount], [0, 1])
})

test('onInvalid=skip registers the valid guests and reports the others with their problems', async () => {
  const eventId = await registerEvent()
  const person = { firstName: 'John', lastName: 'Doe' }
  const guests = [
    { guestId: 1, ...person },
    { guestId: 2, ...person, firstName: '\u200B', email: 'no' },
    { guestId: 1, ...person },
    'x',
    { guestId: 3, ...person },
  ]
  assert.equal((await call('PUT', `/api/events/${eventId}/guests`, { guests })).status, 400)
  const { status, json } = await call('PUT', `/api/events/${eventId}/guests?onInvalid=skip`, { guests })
  assert.equal(status, 200)
  assert.deepEqual(guestCounts.strict().parse(json.data), {
    ...{ eventId, totalCount: 2, createdCount: 2, updatedCount: 0, skippedCount: 3 },
    skipped: [
      {
        index: 1,
        guestId: 2,
        problems: [
          { path: 'firstName', problem: 'must have a visible character' },
          { path: 'email', problem: 'must be an e-mail address' },
        ],
      },
      { index: 2, guestId: 1, problems: [{ path: 'guestId', problem: 'repeats guests[0].guestId' }] },
      { index: 3, guestId: null, problems: [{ path: 'body', problem: 'must be an object' }] },
    ],
  })
  assert.deepEqual(
    (await sql`SELECT id FROM guests WHERE event_id = ${eventId} ORDER BY id`).map(({ id }) => id),
    [1, 3],
  )
  const many = Array.from({ length: 10_000 }, () => ({ guestId: 0 }))
  const all = await call('PUT', `/api/events/${eventId}/guests?onInvalid=skip`, { guests: many })
  assert.deepEqual(
    [all.status, all.json.data.totalCount, all.json.data.skippedCount, all.json.data.skipped.length],
    [200, 0, 10_000, 100],
  )
  assert.deepEqual(
    paths((await call('PUT', `/api/events/${eventId}/guests?onInvalid=ignore`, { guests })).json)[0],
    'guests[1].email',
  )
  const misspelt = await call('PUT', `/api/events/${eventId}/guests?onInvalid=ignore`, { guests: guests.slice(0, 1) })
  assert.deepEqual(misspelt.json.error.details, [{ path: 'onInvalid', problem: 'must be refuse or skip' }])
})
