import assert from 'node:assert/strict'
import { test } from 'node:test'
import { service } from '../../fixtures/batches.ts'
import { nextEventId } from '../../fixtures/ids.ts'
import { download, inspectPdf } from '../../fixtures/running-service.ts'

const { accept, call, ended, follow, registerGuests, request, sql } = service

interface ReadTicket {
  outdated: boolean
  printedAt: string | null
  ticketCode: string
  pdfUrl: string
}

const read = (ticketId: number | null | undefined) => request<ReadTicket>('GET', `/api/tickets/${ticketId}`)
const event = (facts: object = {}) => ({
  title: 'Jazz Night',
  startsAt: '2030-06-12T19:00:00Z',
  timezone: 'Europe/Paris',
  location: 'Main Hall',
  ...facts,
})
const register = (eventId: number, facts: object = {}) =>
  request<{ outdatedTickets: number }>('PUT', `/api/events/${eventId}`, event(facts))

/** Prints tickets of the classic design for some guests of an event of its own. */
async function printTickets(guestCount: number) {
  const eventId = nextEventId()
  await register(eventId)
  const guestIds = await registerGuests(eventId, guestCount)
  await register(eventId)
  const done = await ended((await accept({ eventId, guestIds, templateId: 2 })).batchId)
  return { eventId, done, tickets: done.tickets.map(({ ticketId }) => ticketId) }
}

test('a ticket is outdated once its event changes, and the reprint shows the new facts under the same code', async () => {
  const { eventId, done, tickets } = await printTickets(3)
  const before = await read(tickets[0])
  assert.deepEqual([before.outdated, (await register(eventId)).outdatedTickets], [false, 0], 'equal facts change nothing')
  assert.equal((await register(eventId, { location: 'Riverside Stage' })).outdatedTickets, 3)
  assert.equal((await read(tickets[0])).outdated, true)
  assert.ok((await follow(done.batchId)).tickets.every(({ outdated }) => outdated))

  const options = { batchId: `reprint-of-${eventId}`, priority: 'high' }
  const batch = await request<{ totalCount: number }>('POST', `/api/events/${eventId}/reprint`, { options }, 202)
  assert.equal(batch.totalCount, 3)
  assert.equal((await ended(options.batchId)).generatedCount, 3)
  const after = await read(tickets[0])
  assert.deepEqual([after.outdated, after.ticketCode], [false, before.ticketCode])
  assert.ok(after.printedAt && before.printedAt && after.printedAt > before.printedAt)
  const { text } = await inspectPdf(await download(after.pdfUrl))
  assert.match(text, /Riverside Stage/)
  const again = await request<{ totalCount: number }>('POST', `/api/events/${eventId}/reprint`, { options }, 202)
  assert.equal(again.totalCount, 3, 'the same batch id answers the same batch')
  const conflict = await call('POST', `/api/events/${eventId}/reprint`, { options: { ...options, priority: 'normal' } })
  assert.deepEqual([conflict.status, conflict.json.error.code], [409, 'BATCH_CONFLICT'])
})

test("changing one guest's data outdates only that guest's ticket", async () => {
  const { eventId, tickets } = await printTickets(2)
  const guests = [1, 2].map((guestId) => ({ guestId, firstName: 'Guest', lastName: `Number ${guestId}` }))
  const [row] = await sql`SELECT first_name, last_name FROM guests WHERE event_id = ${eventId} AND id = 2`
  assert.ok(row)
  await sql`UPDATE guests SET first_name = first_name, updated_at = NOW() WHERE event_id = ${eventId}`
  assert.deepEqual(await Promise.all(tickets.map(async (id) => (await read(id)).outdated)), [false, false], 'equal data')
  await request('PUT', `/api/events/${eventId}/guests`, {
    guests: guests.slice(0, 1).map((guest) => ({ ...guest, firstName: 'Changed' })),
  })
  assert.deepEqual(await Promise.all(tickets.map(async (id) => (await read(id)).outdated)), [true, false])
})

test('a ticket whose file is deleted by now is outdated, a revoked one is not', async () => {
  const { eventId, tickets } = await printTickets(2)
  await sql`UPDATE generated_tickets SET printed_at = NOW() - INTERVAL '31 days' WHERE event_id = ${eventId}`
  assert.equal((await read(tickets[0])).outdated, true)
  await request('POST', `/api/tickets/${tickets[1]}/revoke`, {}, 200)
  assert.equal((await read(tickets[1])).outdated, false)
  assert.equal((await register(eventId)).outdatedTickets, 1)
})

test('an event without outdated tickets gives a batch that has ended', async () => {
  const { eventId } = await printTickets(1)
  const batch = await request<{ totalCount: number; status: string }>('POST', `/api/events/${eventId}/reprint`, {}, 202)
  assert.deepEqual([batch.totalCount, batch.status], [0, 'completed'])
  const unknown = await call('POST', `/api/events/${nextEventId()}/reprint`, {})
  assert.deepEqual([unknown.status, unknown.json.error.code], [404, 'EVENT_NOT_FOUND'])
})

test('a reprint takes the options of a batch, and a new expiry and look keep the code', async () => {
  const { eventId, tickets } = await printTickets(1)
  const before = await read(tickets[0])
  await register(eventId, { location: 'Riverside Stage' })
  const options = { batchId: `look-${eventId}`, expiresAt: '2031-01-01T00:00:00Z', qr: { color: { dark: '#003366' } } }
  await request('POST', `/api/events/${eventId}/reprint`, { options }, 202)
  assert.equal((await ended(options.batchId)).generatedCount, 1)
  const [row] = await sql`SELECT ticket_code, expires_at, qr_options FROM generated_tickets WHERE id = ${tickets[0] ?? 0}`
  assert.deepEqual(
    [row?.ticket_code, row?.expires_at.toISOString(), row?.qr_options.color.dark],
    [before.ticketCode, '2031-01-01T00:00:00.000Z', '#003366'],
  )
})

test('a reprint gives no new ticket to a guest whose ticket is revoked before it is prepared', async () => {
  const { eventId, tickets } = await printTickets(1)
  await register(eventId, { location: 'Riverside Stage' })
  const { batchId, jobId } = await request<{ batchId: string; jobId: number }>('POST', `/api/events/${eventId}/reprint`, {}, 202)
  await ended(batchId)
  await request('POST', `/api/tickets/${tickets[0]}/revoke`, {}, 200)
  await sql`UPDATE ticket_generation_logs SET status = 'failed' WHERE job_id = ${jobId}`
  await request('POST', `/api/batches/${batchId}/retry`, undefined, 202)
  assert.equal((await ended(batchId)).tickets[0]?.error?.code, 'TICKET_REVOKED')
  assert.equal((await sql`SELECT FROM generated_tickets WHERE event_id = ${eventId}`).length, 1)
})

test('a retried reprint keeps the template of each ticket', async () => {
  const eventId = nextEventId()
  const guestIds = await registerGuests(eventId, 2)
  for (const [index, templateId] of [2, 1].entries())
    await ended((await accept({ eventId, guestIds: guestIds.slice(index, index + 1), templateId })).batchId)
  const title = await sql`UPDATE events SET title = 'Moved', revision = revision + 1 WHERE id = ${eventId} RETURNING title`
  assert.equal(title.length, 1)
  const { batchId, jobId } = await request<{ batchId: string; jobId: number }>('POST', `/api/events/${eventId}/reprint`, {}, 202)
  await ended(batchId)
  await sql`UPDATE ticket_generation_logs SET status = 'failed' WHERE job_id = ${jobId}`
  await request('POST', `/api/batches/${batchId}/retry`, undefined, 202)
  assert.equal((await ended(batchId)).generatedCount, 2)
  const rows = await sql`SELECT template_id FROM generated_tickets WHERE event_id = ${eventId} ORDER BY guest_id`
  assert.deepEqual(
    rows.map((row) => row.template_id),
    [2, 1],
  )
})
