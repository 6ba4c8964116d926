import assert from 'node:assert/strict'
import { test } from 'node:test'
import { service } from '../../fixtures/batches.ts'
import { untilBlocked } from '../../fixtures/blocked-sessions.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { nextEventId } from '../../fixtures/ids.ts'

const { call, follow, publish, registerGuests, request, sql } = service

test('a ticket requested during its revocation gets a new code', async () => {
  const eventId = nextEventId()
  await registerGuests(eventId, 2)
  const generate = (guestId: number) => call('POST', '/api/tickets/generate', { eventId, guestId })
  const former = (await generate(1)).json.data
  await generate(2)
  const [revocation, generation] = await sql.begin(async (transaction) => {
    // The revocation retires the ticket and then waits, to see whether its number is taken.
    await transaction`UPDATE generated_tickets SET revocation_number = 1 WHERE event_id = ${eventId} AND guest_id = 2`
    const revoked = request('POST', `/api/tickets/${former.ticketId}/revoke`)
    await untilBlocked(sql, transaction)
    const again = generate(1)
    await untilBlocked(sql, transaction, 2)
    await transaction`UPDATE generated_tickets SET revocation_number = NULL WHERE event_id = ${eventId} AND guest_id = 2`
    return [() => revoked, () => again] as const
  })
  await revocation()
  const { status, json } = await generation()
  assert.equal(status, 201, JSON.stringify(json))
  assert.notEqual(json.data.ticketCode, former.ticketCode)
})

test('the status of a batch lists the newest reissue of a ticket, and no PDF for a revoked one', async () => {
  const eventId = nextEventId()
  const guestIds = await registerGuests(eventId, 3)
  await request('POST', '/api/tickets/batch', { eventId, guestIds, options: { batchId: 'reissued' } }, 202)
  const tickets = async () => (await follow('reissued')).tickets
  await eventually('the batch is done', async () => (await follow('reissued')).status === 'completed', 20_000)
  const [first, second, third] = await tickets()
  const again = await request<{ ticketId: number }>('POST', `/api/tickets/${first?.ticketId}/reissue`, undefined, 201)
  const newest = await request<{ ticketId: number; ticketCode: string; pdfUrl: string }>(
    'POST',
    `/api/tickets/${again.ticketId}/reissue`,
    undefined,
    201,
  )
  await request('POST', `/api/tickets/${second?.ticketId}/revoke`)
  const [standing, revoked, kept] = await tickets()
  const { ticketId, ticketCode, pdfUrl } = newest
  assert.deepEqual(standing, { ...first, ticketId, ticketCode, pdfUrl: standing?.pdfUrl })
  assert.equal(new URL(standing?.pdfUrl ?? '').pathname, new URL(pdfUrl).pathname)
  assert.equal((await fetch(pdfUrl)).status, 200)
  assert.deepEqual(revoked, { ...second, pdfUrl: null, revokedAt: revoked?.revokedAt })
  assert.ok(revoked?.revokedAt)
  assert.deepEqual(kept, { ...third, pdfUrl: kept?.pdfUrl })
  assert.ok(kept?.pdfUrl)
})

test('the status of a batch names the fields that a failed ticket lacks, and its guest', async () => {
  const eventId = nextEventId()
  await registerGuests(eventId, 1)
  const templateId = await publish('<p>{{firstName}} {{seat}} {{row}}</p>')
  await sql`UPDATE templates SET required_variables = '{seat,row}' WHERE id = ${templateId}`
  await request('POST', '/api/tickets/batch', { eventId, guestIds: [1], templateId, options: { batchId: 'lacking' } }, 202)
  const [ticket] = (await follow('lacking')).tickets
  assert.deepEqual([ticket?.firstName, ticket?.lastName, ticket?.error?.code], ['Guest', 'Number 1', 'MISSING_DATA'])
  const problem = 'is required by the template and not registered'
  assert.deepEqual(
    ticket?.error?.details,
    ['seat', 'row'].map((name) => ({ path: `data.${name}`, problem })),
  )
})
