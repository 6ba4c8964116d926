import assert from 'node:assert/strict'
import { test } from 'node:test'
import { get, named, register } from '../../fixtures/lists.ts'
import { registerEvent } from '../../fixtures/service.ts'

test('events are listed by id, and one is read with exact counts', async () => {
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
