import assert from 'node:assert/strict'
import { test } from 'node:test'
import { service } from '../../fixtures/batches.ts'
import { untilBlocked } from '../../fixtures/blocked-sessions.ts'
import { nextEventId } from '../../fixtures/ids.ts'

const { call, registerGuests, sql } = service

test('two lists with the same guests in different orders do not deadlock', async () => {
  const eventId = nextEventId()
  const ids = await registerGuests(eventId, 3)
  const register = (guestIds: number[], lastName: string) =>
    call('PUT', `/api/events/${eventId}/guests`, {
      guests: guestIds.map((guestId) => ({ guestId, firstName: 'John', lastName })),
    })
  const both = await sql.begin(async (transaction) => {
    await transaction`SELECT FROM guests WHERE event_id = ${eventId} AND id = 2 FOR UPDATE`
    const first = register(ids, 'Doe')
    await untilBlocked(sql, transaction)
    const second = register(ids.toReversed(), 'Roe')
    await untilBlocked(sql, transaction, 2)
    return () => Promise.all([first, second])
  })
  for (const { status, json } of await both()) {
    assert.equal(status, 200)
    assert.equal(json.data.updatedCount, 3)
  }
})
