import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base32nopad } from '@scure/base'
import { reissueKey } from '../../../functions/domain/keys/reissue-key.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { service } from '../../fixtures/batches.ts'
import { untilBlocked } from '../../fixtures/blocked-sessions.ts'
import { nextEventId } from '../../fixtures/ids.ts'

const { accept, ended, registerGuests, sql } = service
const clients = await openClients(['sql', 'signer', 'queues', 'preparer'])
const retiredKid = 77

/** Puts another key's number into a token, where its format has that. */
function withKey(token: string, kid: number): string {
  const bytes = base32nopad.decode(token.slice('TK1:'.length))
  bytes[1] = kid
  return `TK1:${base32nopad.encode(bytes)}`
}

test('the second of two concurrent calls reissues nothing and leaves no batch behind', async () => {
  const eventId = nextEventId()
  const guestIds = await registerGuests(eventId, 3)
  await ended((await accept({ eventId, guestIds })).batchId)
  const tokens = await sql<{ id: number; qr_code_data: string }[]>`
    SELECT id, qr_code_data FROM generated_tickets WHERE event_id = ${eventId}`
  // As a version of the service before migration 0009 does: it leaves the key id as it was.
  for (const { id, qr_code_data: token } of tokens)
    await sql`UPDATE generated_tickets SET qr_code_data = ${withKey(token, retiredKid)} WHERE id = ${id}`
  const calls = await sql.begin(async (transaction) => {
    await transaction`SELECT FROM guests WHERE event_id = ${eventId} ORDER BY id FOR UPDATE`
    const retired = { ...clients, signer: { ...clients.signer, knowsKey: () => true } }
    const both = [reissueKey(retired, retiredKid), reissueKey(retired, retiredKid)]
    await untilBlocked(sql, transaction, 2)
    return () => Promise.all(both)
  })
  const answers = await calls()
  assert.deepEqual(
    answers.map(({ reissuedCount, remainingCount, batchId }) => [reissuedCount, remainingCount, batchId === null]).sort(),
    [
      [0, 0, true],
      [3, 0, false],
    ],
  )
  const batches = await sql`SELECT total_count FROM generation_jobs WHERE batch_id LIKE ${`reissue-${retiredKid}-%`}`
  assert.deepEqual([...batches], [{ total_count: 3 }])
})
