import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitGuests } from '../../../bin/tickets/guest-registration.ts'
import { guestList } from '../../../functions/contract/schemas/guests.ts'

const makeGuests = (count: number, data: Record<string, string> = {}) =>
  Array.from({ length: count }, (_, index) => ({ guestId: index + 1, firstName: 'Ada', lastName: 'Lovelace', data }))

test('guests are registered in calls as large as the contract takes', () => {
  const parts = splitGuests(makeGuests(20_001))
  assert.deepEqual(
    parts.map((part) => part.length),
    [10_000, 10_000, 1],
  )
  for (const part of parts) assert.ok(guestList.safeParse({ guests: part }).success)
})

test('no call is larger than Lambda takes, and no guest is left out', () => {
  const quotes = '"'.repeat(1500)
  const parts = splitGuests(makeGuests(4000, { note: quotes, seat: 'é'.repeat(500) }))
  for (const part of parts) {
    const eventBytes = Buffer.byteLength(JSON.stringify({ body: JSON.stringify({ guests: part }) }))
    assert.ok(eventBytes < 6_000_000, String(eventBytes))
  }
  assert.deepEqual(
    parts.flat().map(({ guestId }) => guestId),
    makeGuests(4000).map(({ guestId }) => guestId),
  )
})
