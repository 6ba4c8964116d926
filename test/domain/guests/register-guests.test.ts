import assert from 'node:assert/strict'
import { test } from 'node:test'
import { service } from '../../fixtures/batches.ts'
import { eventually } from '../../fixtures/eventually.ts'

const { call, registerGuests, sql } = service

test('two lists that name the same guests in other orders are both registered', async () => {
  const ids = await registerGuests(5101, 3)
  const register = (guestIds: number[], lastName: string) =>
    call('PUT', '/api/events/5101/guests', { guests: guestIds.map((guestId) => ({ guestId, firstName: 'John', lastName })) })
  const waiting = async () => (await sql`SELECT FROM pg_locks WHERE NOT granted`).length
  const both = await sql.begin(async (transaction) => {
    await transaction`SELECT FROM guests WHERE event_id = 5101 AND id = 2 FOR UPDATE`
    const first = register(ids, 'Doe')
    await eventually('the first list waits', async () => (await waiting()) === 1)
    const second = register(ids.toReversed(), 'Roe')
    await eventually('the second list waits', async () => (await waiting()) === 2)
    return () => Promise.all([first, second])
  })
  for (const { status, json } of await both()) {
    assert.equal(status, 200)
    assert.equal(json.data.updatedCount, 3)
  }
})
