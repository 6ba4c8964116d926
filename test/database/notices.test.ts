import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type postgres from 'postgres'
import { nextEventId } from '../fixtures/ids.ts'
import { service } from '../fixtures/service.ts'

const { sql } = service
const eventId = nextEventId()

type Notice = Record<'type' | 'event_id' | 'ticket_id' | 'guest_id' | 'data', unknown>

describe('a change writes its notice', () => {
  before(async () => {
    await sql`INSERT INTO events (id, title) VALUES (${eventId}, 'Notices')`
    await sql`INSERT INTO guests (event_id, id) SELECT ${eventId}, id FROM generate_series(1, 3000) id`
  })

  test('of a ticket that is printed, checked in, checked out, revoked and reissued', async () => {
    const [id = 0, newTicketId = 0] = await writeTickets(2)
    const guestId = lastGuest - 1
    const changes = {
      'ticket.generated': sql`printed_at = NOW()`,
      'ticket.checked_in': sql`checked_in_at = NOW()`,
      'ticket.checked_out': sql`checked_in_at = NULL`,
      'ticket.revoked': sql`revoked_at = NOW()`,
      'ticket.reissued': sql`superseded_by = ${newTicketId}`,
    }
    for (const [type, change] of Object.entries(changes)) {
      const data = type === 'ticket.reissued' ? { newTicketId } : {}
      const update = (on: postgres.ISql<{ bigint: number }>) => on`UPDATE generated_tickets SET ${change} WHERE id = ${id}`
      assert.deepEqual(await written(update), [{ type, event_id: eventId, ticket_id: id, guest_id: guestId, data }])
      // NOW() of a later transaction is another time: a reprint is told of, a repeated check-in is not.
      const again = (await written(update)).map((notice) => notice.type)
      assert.deepEqual(again, type === 'ticket.generated' ? [type] : [])
    }
    assert.deepEqual(await written((on) => on`UPDATE generated_tickets SET updated_at = NOW() WHERE id = ${id}`), [])
  })

  test('of each ticket of a statement, in the order of their ids, however many', async () => {
    const [one = 0] = await writeTickets(1)
    await sql`UPDATE generated_tickets SET printed_at = NOW() WHERE id = ${one}`
    const ids = await writeTickets(2500)
    const startedAt = performance.now()
    const notices = await written((on) => on`UPDATE generated_tickets SET printed_at = NOW() WHERE id = ANY(${ids})`)
    assert.ok(performance.now() - startedAt < 2000)
    assert.deepEqual(
      notices.map(({ ticket_id }) => ticket_id),
      ids.toSorted((a, b) => a - b),
    )
  })

  test('of an item that fails, with its code, whether it has a ticket or not', async () => {
    const jobId = await writeJob('failing')
    const [id = 0] = await writeTickets(1)
    await sql`INSERT INTO ticket_generation_logs (job_id, guest_id, ticket_id) VALUES (${jobId}, ${lastGuest}, ${id}), (${jobId}, 9999, NULL)`
    const fail = (on: postgres.ISql<{ bigint: number }>) =>
      on`UPDATE ticket_generation_logs SET status = 'failed', details = '{"code": "RENDER_FAILED", "details": []}' WHERE job_id = ${jobId}`
    const common = { type: 'ticket.failed', event_id: eventId, data: { jobId, code: 'RENDER_FAILED' } }
    assert.deepEqual(await written(fail), [
      { ...common, ticket_id: id, guest_id: lastGuest },
      { ...common, ticket_id: null, guest_id: 9999 },
    ])
    assert.deepEqual(await written(fail), [])
  })

  test('of a new revision of an event, and of nothing else of it', async () => {
    const common = { event_id: eventId, ticket_id: null, guest_id: null }
    const grow = await written((on) => on`UPDATE events SET revision = revision + 1 WHERE id = ${eventId}`)
    assert.deepEqual(grow, [{ ...common, type: 'event.changed', data: { revision: 1 } }])
    assert.deepEqual(await written((on) => on`UPDATE events SET revocation_count = 7 WHERE id = ${eventId}`), [])
  })

  test('of a double entry, once for each scan', async () => {
    const [id = 0] = await writeTickets(1)
    const scanId = crypto.randomUUID()
    const insert = (scan: string, outcome: string) => (on: postgres.ISql<{ bigint: number }>) =>
      on`INSERT INTO ticket_scans (event_id, scan_id, ticket_id, scanned_at, outcome)
         VALUES (${eventId}, ${scan}, ${id}, NOW(), ${outcome}) ON CONFLICT DO NOTHING`
    assert.deepEqual(await written(insert(scanId, 'double_entry')), [
      { type: 'scan.double_entry', event_id: eventId, ticket_id: id, guest_id: lastGuest, data: { scanId } },
    ])
    assert.deepEqual(await written(insert(scanId, 'double_entry')), [])
    assert.deepEqual(await written(insert(crypto.randomUUID(), 'entered')), [])
  })

  test('of a batch that ends, with its counts; a batch reopened before its notice was sent gets one when it ends again', async () => {
    const jobId = await writeJob('ending')
    await sql`INSERT INTO ticket_generation_logs (job_id, guest_id, status) VALUES (${jobId}, 1, 'generated'), (${jobId}, 2, 'failed')`
    const end = (on: postgres.ISql<{ bigint: number }>) =>
      on`UPDATE generation_jobs SET status = 'completed', completed_at = '2030-01-02T03:04:05.678Z' WHERE id = ${jobId}`
    const reopen = () => sql`UPDATE generation_jobs SET status = 'processing', completed_at = NULL WHERE id = ${jobId}`
    const counts = { totalCount: 2, generatedCount: 1, failedCount: 1, cancelledCount: 0 }
    const batchId = `notices-${eventId}-ending`
    const data = { batchId, jobId, status: 'completed', ...counts, completedAt: '2030-01-02T03:04:05.678Z' }
    const common = { type: 'batch.completed', event_id: eventId, ticket_id: null, guest_id: null }
    assert.deepEqual(await written(end), [{ ...common, data }])
    assert.deepEqual(await written(end), [])
    const unsent = () => sql`SELECT FROM notices WHERE sent_at IS NULL AND data->>'batchId' = ${batchId}`
    await reopen()
    assert.equal((await unsent()).length, 0)
    await end(sql)
    await sql`UPDATE notices SET sent_at = NOW() WHERE data->>'batchId' = ${batchId}`
    await reopen()
    await end(sql)
    assert.equal((await sql`SELECT FROM notices WHERE data->>'batchId' = ${batchId}`).length, 2)
  })

  test('of no single generation that ends', async () => {
    const jobId = await writeJob(null)
    assert.deepEqual(await written((on) => on`UPDATE generation_jobs SET completed_at = NOW() WHERE id = ${jobId}`), [])
  })

  test('or neither is written', async () => {
    const [id = 0] = await writeTickets(1)
    const count = async () => (await sql`SELECT FROM notices WHERE ticket_id = ${id}`).length
    await assert.rejects(
      sql.begin(async (transaction) => {
        await transaction`UPDATE generated_tickets SET revoked_at = NOW() WHERE id = ${id}`
        await transaction`SELECT 1 / 0`
      }),
    )
    assert.equal(await count(), 0)
    await sql`UPDATE generated_tickets SET revoked_at = NOW() WHERE id = ${id}`
    assert.equal(await count(), 1)
  })
})

/** Makes a change in a transaction of its own, and reads the notices that it wrote. */
async function written(change: (on: postgres.ISql<{ bigint: number }>) => PromiseLike<unknown>): Promise<Notice[]> {
  return await sql.begin(async (transaction) => {
    await change(transaction)
    const rows = await transaction<Notice[]>`
      SELECT type, event_id, ticket_id, guest_id, data FROM notices WHERE xmin = pg_current_xact_id()::xid ORDER BY id`
    return rows.map((row) => ({ ...row }))
  })
}

async function writeJob(name: string | null): Promise<number> {
  const batchId = name && `notices-${eventId}-${name}`
  const [row] = await sql<[{ id: number }]>`
    INSERT INTO generation_jobs (batch_id, event_id, template_id, template_version, total_count) VALUES (${batchId}, ${eventId}, 1, 1, 2)
    RETURNING id`
  return row.id
}

let lastGuest = 0

async function writeTickets(count: number): Promise<number[]> {
  const jobId = await writeJob(null)
  const guestIds = Array.from({ length: count }, () => ++lastGuest)
  const rows = await sql<{ id: number }[]>`
    INSERT INTO generated_tickets (job_id, ticket_code, qr_code_data, template_id, template_version, guest_id, event_id)
    SELECT ${jobId}, gen_random_uuid()::text, '', 1, 1, guest, ${eventId} FROM UNNEST(${guestIds}::bigint[]) AS guest RETURNING id`
  return rows.map(({ id }) => id)
}
