import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { QueueUnavailableError } from '../../../functions/aws/render-queue.ts'
import { EventsUnavailableError } from '../../../functions/aws/ticket-events.ts'
import { batchChange } from '../../../functions/contract/schemas/answers.ts'
import type { Chunk } from '../../../functions/contract/schemas/render.ts'
import { markSent } from '../../../functions/database/jobs.ts'
import { sweep } from '../../../functions/domain/batches/sweep.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { heard, service } from '../../fixtures/batches.ts'
import { eventually } from '../../fixtures/eventually.ts'

const { accept, call, ended, follow, publish, registerGuests, request, sql } = service
const { cancelBatch, retryBatch } = await import('../../../functions/domain/batches/change-batch.ts')

const cancel = async (batchId: string) =>
  batchChange.strict().parse(await request('POST', `/api/batches/${batchId}/cancel`, undefined, 202))
const retry = async (batchId: string) =>
  batchChange.strict().parse(await request('POST', `/api/batches/${batchId}/retry`, undefined, 202))

test('a high batch overtakes a normal one; cancelling that stops what is not printed, and what is printed stays', async () => {
  const many = await registerGuests(2001, 1000)
  const normal = await accept({ eventId: 2001, guestIds: many })
  await eventually('it prints', async () => (await follow(normal.batchId)).generatedCount > 0, 30_000)
  await registerGuests(2002, 100)
  const high = await accept({ eventId: 2002, guestIds: many.slice(0, 100), options: { priority: 'high' } })
  const before = (await follow(normal.batchId)).generatedCount
  assert.equal((await ended(high.batchId)).generatedCount, 100)
  const overtaken = (await follow(normal.batchId)).generatedCount - before
  assert.ok(overtaken < many.length / 2, `${overtaken} normal tickets were printed meanwhile`)

  const { status, changedCount } = await cancel(normal.batchId)
  assert.equal(status, 'cancelled')
  const cancelled = await follow(normal.batchId, '?limit=1000')
  assert.equal(cancelled.status, 'cancelled')
  assert.equal(cancelled.cancelledCount, changedCount)
  assert.equal(cancelled.generatedCount + cancelled.cancelledCount, 1000)
  assert.ok(cancelled.tickets.every(({ status: own, pdfUrl }) => (own === 'generated') === (pdfUrl !== null)))
  assert.deepEqual(await cancel(normal.batchId), { batchId: normal.batchId, status: 'cancelled', changedCount: 0 })
  await eventually(
    'the queue is empty',
    async () => {
      const { json } = await call('GET', '/health/detailed')
      return Object.values<{ waiting: number; active: number }>(json.queues).every((queue) => queue.waiting + queue.active === 0)
    },
    30_000,
  )
  assert.equal((await follow(normal.batchId)).generatedCount, cancelled.generatedCount)
  assert.deepEqual(
    (await heard(normal.batchId)).map((event) => [event.status, event.cancelledCount]),
    [['cancelled', changedCount]],
  )
})

test('cancelling at every moment of a running batch loses nothing and fails nobody', async () => {
  const guestIds = await registerGuests(2003, 100)
  for (let run = 0; run < 5; run++) {
    const { batchId } = await accept({ eventId: 2003, guestIds })
    await eventually('some are printed', async () => (await follow(batchId)).generatedCount >= run * 20, 30_000)
    await Promise.all([cancel(batchId), cancel(batchId)])
    const { totalCount, generatedCount, cancelledCount, completedAt } = await follow(batchId)
    assert.equal(generatedCount + cancelledCount, totalCount)
    assert.ok(completedAt)
    await eventually('it was told of', async () => (await heard(batchId)).length > 0)
    assert.equal((await heard(batchId)).length, 1)
  }
})

describe('retrying', () => {
  test('queues the failed tickets again while others are printed; a guest who is registered by now gets a ticket', async () => {
    const known = await registerGuests(2004, 150)
    const guestIds = [...known, 151, 152, 153]
    const { batchId } = await accept({ eventId: 2004, guestIds })
    assert.equal((await follow(batchId)).failedCount, 3)
    await registerGuests(2004, 152)
    assert.deepEqual(await retry(batchId), { batchId, status: 'processing', changedCount: 2 })
    const done = await ended(batchId)
    assert.deepEqual([done.status, done.generatedCount, done.failedCount], ['completed', 152, 1])
    assert.equal(done.tickets.at(-1)?.error?.code, 'GUEST_NOT_FOUND')
  })

  test('opens an ended batch again, keeps every code, and is told of when it ends again', async () => {
    await registerGuests(2005, 3, (guestId) => (guestId === 2 ? { data: { repeat: 'x'.repeat(2000) } } : {}))
    const body = '{{#if repeat}}'.concat('{{repeat}}'.repeat(1100), '{{/if}}')
    const source = `<!doctype html><html><head><title>t</title></head><body>{{firstName}}${body}</body></html>`
    await publish(2005, source)
    const { batchId } = await accept({ eventId: 2005, guestIds: [1, 2, 3], templateId: 2005 })
    // What is opened again before it was told of is told of when it ends again, and not before.
    const told = (times: number) =>
      eventually(`it was told of ${times} times`, async () => (await heard(batchId)).length === times)
    const first = await ended(batchId)
    await told(1)
    assert.deepEqual([first.generatedCount, first.failedCount], [2, 1])
    assert.equal((await retry(batchId)).changedCount, 1)
    assert.equal((await ended(batchId)).failedCount, 1, 'nothing has changed, so it fails again')
    await told(2)
    await registerGuests(2005, 3)
    assert.equal((await retry(batchId)).changedCount, 1)
    const last = await ended(batchId)
    assert.deepEqual([last.generatedCount, last.failedCount], [3, 0])
    const codes = (status: typeof first) => status.tickets.map(({ ticketCode }) => ticketCode)
    assert.deepEqual(codes(last), codes(first))
    await told(3)
  })

  test('prints a ticket with the version that made it, as the batch would have', async () => {
    await registerGuests(2009, 2)
    const source = (version: number) => `<!doctype html><html><head><title>t</title></head><body>v${version}</body></html>`
    await publish(2009, source(1))
    await ended((await accept({ eventId: 2009, guestIds: [1], templateId: 2009 })).batchId)
    await sql`INSERT INTO templates (id, version, name, source, required_variables) VALUES (2009, 2, 'test', ${source(2)}, '{}')`
    const { batchId, jobId } = await accept({ eventId: 2009, guestIds: [1, 2], templateId: 2009 })
    await ended(batchId)
    const versions = async () =>
      (await sql`SELECT template_version FROM generated_tickets WHERE event_id = 2009 ORDER BY guest_id`).map(
        (row) => row.template_version,
      )
    assert.deepEqual(await versions(), [1, 2])
    await sql`UPDATE ticket_generation_logs SET status = 'failed' WHERE job_id = ${jobId}`
    assert.equal((await retry(batchId)).changedCount, 2)
    assert.deepEqual(await versions(), [1, 2])
    assert.equal((await ended(batchId)).generatedCount, 2)
  })

  test('sends what it opened again, also where the batch is noted as sent while it waits', async () => {
    await registerGuests(2010, 1)
    const { batchId, jobId } = await accept({ eventId: 2010, guestIds: [1, 2] })
    await ended(batchId)
    await registerGuests(2010, 2)
    const clients = await openClients(['sql', 'signer', 'queues'])
    const sent: Chunk[] = []
    const queues = { ...clients.queues, send: async (_: unknown, __: unknown, chunks: Chunk[]) => void sent.push(...chunks) }
    const { retrying, item } = await sql.begin(async (transaction) => {
      const [locked] = await transaction`
        SELECT id FROM ticket_generation_logs WHERE job_id = ${jobId} AND status = 'failed' FOR UPDATE`
      const retrying = retryBatch({ ...clients, queues }, batchId)
      await eventually('it waits', async () => (await sql`SELECT FROM pg_locks WHERE NOT granted`).length > 0)
      await markSent(sql, jobId)
      return { retrying: () => retrying, item: locked }
    })
    assert.equal((await retrying()).changedCount, 1)
    assert.deepEqual(sent, [{ jobId, itemIds: [Number(item?.id)] }])
    await cancel(batchId)
  })

  test('changes nothing where nothing failed', async () => {
    await registerGuests(2006, 1)
    const { batchId } = await accept({ eventId: 2006, guestIds: [1] })
    await ended(batchId)
    assert.deepEqual(await retry(batchId), { batchId, status: 'completed', changedCount: 0 })
  })
})

describe('with the queue or the topic away a batch is changed all the same', async () => {
  const clients = await openClients(['sql', 'signer', 'storage', 'queues', 'topic'])
  const queues = { ...clients.queues, send: () => Promise.reject(new QueueUnavailableError(new Error('away'))) }
  const topic = { publish: () => Promise.reject(new EventsUnavailableError(new Error('away'))) }
  const runSweep = async () => assert.deepEqual((await sweep({ ...clients, afterSeconds: 0, tidyAfterSeconds: 600 })).faults, [])

  /** Makes a batch of two of which one failed, and queues that again with the queue away. */
  async function retryUnsent(eventId: number): Promise<string> {
    await registerGuests(eventId, 1)
    const { batchId } = await accept({ eventId, guestIds: [1, 2] })
    assert.equal((await ended(batchId)).failedCount, 1)
    await registerGuests(eventId, 2)
    assert.deepEqual(await retryBatch({ ...clients, queues }, batchId), { batchId, status: 'processing', changedCount: 1 })
    return batchId
  }

  test('what is queued again is sent by the sweeper', async () => {
    const batchId = await retryUnsent(2007)
    await runSweep()
    assert.equal((await ended(batchId)).generatedCount, 2)
  })

  test('of what is cancelled the sweeper tells', async () => {
    const batchId = await retryUnsent(2008)
    assert.deepEqual(await cancelBatch({ ...clients, topic }, batchId), { batchId, status: 'cancelled', changedCount: 1 })
    await runSweep()
    await eventually('it was told of', async () => (await heard(batchId)).at(-1)?.status === 'cancelled')
  })
})

test('a batch that does not exist can be neither cancelled nor retried nor followed', async () => {
  for (const [method, action] of [
    ['POST', 'cancel'],
    ['POST', 'retry'],
    ['GET', 'status'],
  ] as const) {
    const { status, json } = await call(method, `/api/batches/nothing/${action}`)
    assert.deepEqual([status, json.error.code], [404, 'BATCH_NOT_FOUND'])
  }
})
