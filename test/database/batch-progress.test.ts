import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { measureThroughput } from '../../functions/database/batch-progress.ts'
import type { Sql } from '../../functions/database/client.ts'
import { nextEventId } from '../fixtures/ids.ts'
import { startService } from '../fixtures/running-service.ts'

const eventId = nextEventId()
const ticketsPerChunk = 40

/** A number of tickets that were settled together, and how many seconds ago. */
type Settled = [secondsAgo: number, tickets: number]

describe('the throughput of a batch', () => {
  let service: Awaited<ReturnType<typeof startService>>
  let sql: Sql

  before(async () => {
    service = await startService()
    sql = service.sql
    await sql`INSERT INTO events (id, title) VALUES (${eventId}, 'Measured')`
  })

  beforeEach(async () => {
    await sql`DELETE FROM ticket_generation_logs`
    await sql`DELETE FROM generation_jobs`
  })

  after(async () => {
    await service?.stop()
  })

  test('a slow start does not distort the estimate', async () => {
    const job = await writeJob(sql)
    await settle(sql, job, [
      ...steadily({ from: 20, to: 12, everySeconds: 2 }),
      ...steadily({ from: 12, to: 0, everySeconds: 0.3 }),
    ])
    assertRate(await measureThroughput(sql, job), ticketsPerChunk / 0.3)
  })

  test('two renderers that settle at nearly the same time count with their joint throughput', async () => {
    const job = await writeJob(sql)
    const moments = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    const small: Settled[] = [10.01, 10].map((secondsAgo) => [secondsAgo, 10])
    await settle(sql, job, [...small, ...chunksAt(moments.map((at) => at + 0.01)), ...chunksAt(moments)])
    assertRate(await measureThroughput(sql, job), 2 * ticketsPerChunk)
  })

  test('the throughput of a long batch is that of its latest chunks', async () => {
    const job = await writeJob(sql)
    await settle(sql, job, [
      ...steadily({ from: 300, to: 40, everySeconds: 4 }),
      ...steadily({ from: 40, to: 0, everySeconds: 1 }),
    ])
    assertRate(await measureThroughput(sql, job), ticketsPerChunk)
  })

  test('tickets of batches with precedence count towards throughput, those of later batches do not', async () => {
    const older = await writeJob(sql, { completed: true })
    const job = await writeJob(sql)
    const high = await writeJob(sql, { priority: 'high', completed: true })
    const later = await writeJob(sql)
    await settle(sql, older, steadily({ from: 20.25, to: 15, everySeconds: 1 }))
    await settle(sql, job, [...steadily({ from: 20, to: 10, everySeconds: 1 }), ...steadily({ from: 5, to: 0, everySeconds: 1 })])
    await settle(sql, high, steadily({ from: 10, to: 5, everySeconds: 1 }))
    await settle(sql, later, steadily({ from: 9.5, to: 0.5, everySeconds: 1 }))
    assertRate(await measureThroughput(sql, job), ticketsPerChunk)
  })

  test('a batch that has barely begun takes the throughput of earlier batches', async () => {
    const other = await writeJob(sql, { completed: true })
    const job = await writeJob(sql)
    await settle(sql, other, steadily({ from: 40, to: 20, everySeconds: 0.5 }))
    assertRate(await measureThroughput(sql, job), ticketsPerChunk / 0.5)
    await settle(sql, job, [[0, 10]])
    assertRate(await measureThroughput(sql, job), ticketsPerChunk / 0.5)
  })

  test('a stalled batch keeps the throughput it had before', async () => {
    const job = await writeJob(sql)
    await settle(sql, job, steadily({ from: 320, to: 300, everySeconds: 0.5 }))
    assertRate(await measureThroughput(sql, job), ticketsPerChunk / 0.5)
  })

  test('the pause before a late retry does not count', async () => {
    const job = await writeJob(sql)
    await settle(sql, job, [
      ...steadily({ from: 3620, to: 3600, everySeconds: 1 }),
      ...steadily({ from: 3, to: 0, everySeconds: 0.5 }),
    ])
    assertRate(await measureThroughput(sql, job), ticketsPerChunk / 0.5)
  })

  test('too few tickets, single tickets and those of an hour ago give no throughput', async () => {
    const [old, single, job] = [await writeJob(sql), await writeJob(sql, { single: true }), await writeJob(sql)]
    await settle(sql, old, steadily({ from: 3620, to: 3600, everySeconds: 1 }))
    await settle(
      sql,
      single,
      Array.from({ length: 200 }, (_, index) => [index / 10, 1]),
    )
    await settle(sql, job, [
      [0.5, 10],
      [0.4, 10],
      [0, 40],
    ])
    assert.equal((await measureThroughput(sql, job)).ticketsPerSecond, null)
  })

  test('the tickets ahead of the end of a batch are its own and those of batches with precedence', async () => {
    const older = await writeJob(sql)
    const job = await writeJob(sql)
    const [high, later] = [await writeJob(sql, { priority: 'high' }), await writeJob(sql)]
    for (const [index, one] of [older, job, high, later].entries()) await addPending(sql, one, 10 ** index)
    assert.deepEqual(await measureThroughput(sql, job), { ticketsPerSecond: null, waitingBefore: 111 })
  })
})

function assertRate({ ticketsPerSecond }: { ticketsPerSecond: number | null }, expected: number): void {
  assert.ok(Math.abs((ticketsPerSecond ?? 0) / expected - 1) < 0.03, `${ticketsPerSecond} tickets/s instead of ${expected}`)
}

/** Lists a chunk at each step of time, the last one at `to` or sooner. */
function steadily({ from, to, everySeconds }: { from: number; to: number; everySeconds: number }): Settled[] {
  const steps = Math.floor((from - to) / everySeconds)
  return chunksAt(Array.from({ length: steps }, (_, step) => to + (steps - 1 - step) * everySeconds))
}

function chunksAt(moments: number[]): Settled[] {
  return moments.map((secondsAgo) => [secondsAgo, ticketsPerChunk])
}

async function writeJob(sql: Sql, { priority = 'normal', completed = false, single = false } = {}): Promise<number> {
  const [row] = await sql<[{ id: number }]>`
    INSERT INTO generation_jobs (batch_id, event_id, template_id, template_version, priority, total_count, completed_at)
    SELECT ${single ? null : sql`gen_random_uuid()::text`}, ${eventId}, id, version, ${priority}, 0, ${completed ? sql`NOW()` : null}
    FROM templates WHERE id = 1 ORDER BY version DESC LIMIT 1
    RETURNING id`
  return row.id
}

async function settle(sql: Sql, jobId: number, settled: Settled[]): Promise<void> {
  await sql`
    INSERT INTO ticket_generation_logs (job_id, guest_id, status, updated_at)
    SELECT ${jobId}, guest, 'generated', NOW() - ago * INTERVAL '1 second'
    FROM UNNEST(${settled.map(([ago]) => ago)}::float[], ${settled.map(([, tickets]) => tickets)}::int[]) AS settled (ago, tickets),
      GENERATE_SERIES(1, tickets) AS guest`
}

async function addPending(sql: Sql, jobId: number, count: number): Promise<void> {
  await sql`INSERT INTO ticket_generation_logs (job_id, guest_id) SELECT ${jobId}, GENERATE_SERIES(1, ${count}::int)`
}
