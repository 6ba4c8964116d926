import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../local/eventually.ts'
import { service } from './service.ts'

const { call, registerGuests, request, sql } = service

test('a ticket that is asked for while it is revoked becomes a new one', async () => {
  await registerGuests(5001, 2)
  const generate = (guestId: number) => call('POST', '/api/tickets/generate', { eventId: 5001, guestId })
  const former = (await generate(1)).json.data
  await generate(2)
  const waiting = async () => (await sql`SELECT FROM pg_locks WHERE NOT granted`).length
  const [revocation, generation] = await sql.begin(async (transaction) => {
    // The revocation retires the ticket and then waits, to see whether its number is taken.
    await transaction`UPDATE generated_tickets SET revocation_number = 1 WHERE event_id = 5001 AND guest_id = 2`
    const revoked = request('POST', `/api/tickets/${former.ticketId}/revoke`)
    await eventually('the revocation waits', async () => (await waiting()) === 1)
    const again = generate(1)
    await eventually('the request for the ticket waits', async () => (await waiting()) === 2)
    await transaction`UPDATE generated_tickets SET revocation_number = NULL WHERE event_id = 5001 AND guest_id = 2`
    return [() => revoked, () => again] as const
  })
  await revocation()
  const { status, json } = await generation()
  assert.equal(status, 201, JSON.stringify(json))
  assert.notEqual(json.data.ticketCode, former.ticketCode)
})
