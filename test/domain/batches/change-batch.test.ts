import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { QueueUnavailableError } from '../../../functions/aws/reach.ts'
import { batchChange } from '../../../functions/contract/schemas/answers.ts'
import type { Chunk } from '../../../functions/contract/schemas/render.ts'
import { batchRequest } from '../../../functions/contract/schemas/requests.ts'
import { markSent } from '../../../functions/database/jobs.ts'
import { acceptBatch } from '../../../functions/domain/batches/accept-batch.ts'
import { sweep } from '../../../functions/domain/batches/sweep.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { heard, service } from '../../fixtures/batches.ts'
import { untilBlocked } from '../../fixtures/blocked-sessions.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { nextEventId } from '../../fixtures/ids.ts'

const { accept, call, ended, follow, publish, registerGuests, request, sql } = service
const { retryBatch } = await import('../../../functions/domain/batches/change-batch.ts')

const cancel = async (batchId: string) =>
  batchChange.strict().parse(await request('POST', `/api/batches/${batchId}/cancel`, undefined, 202))
const retry = async (batchId: string) =>
  batchChange.strict().parse(await request('POST', `/api/batches/${batchId}/retry`, undefined, 202))

test('a high batch overtakes a normal one, and cancelling the normal one keeps its printed tickets', async () => {
  const eventId = nextEventId()
  const otherEventId = nextEventId()
  const many = await registerGuests(eventId, 1000)
  const normal = await accept({ eventId, guestIds: many })
  await eventually('it prints', async () => (await follow(normal.batchId)).generatedCount > 0, 30_000)
  await registerGuests(otherEventId, 100)
  const high = await accept({ eventId: otherEventId, guestIds: many.slice(0, 100), options: { priority: 'high' } })
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

test('cancelling a running batch at any moment loses no ticket', async () => {
  const eventId = nextEventId()
  const guestIds = await registerGuests(eventId, 100)
  for (let run = 0; run < 5; run++) {
    const { batchId } = await accept({ eventId, guestIds })
    await eventually('some are printed', async () => (await follow(batchId)).generatedCount >= run * 20, 30_000)
    await Promise.all([cancel(batchId), cancel(batchId)])
    const { totalCount, generatedCount, cancelledCount, completedAt } = await follow(batchId)
    assert.equal(generatedCount + cancelledCount, totalCount)
    assert.ok(completedAt)
    await eventually('it was told of', async () => (await heard(batchId)).length > 0)
    assert.equal((await heard(batchId)).length, 1)
  }
})

test('a ticket that a cancelled batch never printed admits nobody, and its guest gets a new one; printed ones stay valid', async () => {
  const eventId = nextEventId()
  await registerGuests(eventId, 2)
  const printed = await accept({ eventId, guestIds: [1] })
  await ended(printed.batchId)
  const clients = await openClients(['sql', 'signer', 'queues', 'preparer', 'topic', 'storage'])
  const queues = { ...clients.queues, send: async () => undefined }
  const { batchId } = await acceptBatch({ ...clients, queues }, batchRequest.parse({ eventId, guestIds: [1, 2] }))
  const [kept, never] = await sql`SELECT * FROM generated_tickets WHERE event_id = ${eventId} ORDER BY guest_id`
  const links = (await call('GET', `/api/tickets/${never?.id}`)).json.data
  assert.equal((await cancel(batchId)).changedCount, 2)
  const reasonOf = async (qr: string) => (await call('POST', '/api/tickets/validate', { qr })).json.data.reason
  assert.deepEqual([await reasonOf(kept?.qr_code_data), await reasonOf(never?.qr_code_data)], [null, 'revoked'])
  assert.equal((await call('POST', `/api/tickets/${never?.id}/check-in`)).json.error.code, 'TICKET_REVOKED')
  assert.equal((await call('GET', `/api/tickets/${never?.id}`)).json.data.status, 'revoked')
  for (const link of [links.qrCodeUrl, links.links.mobileUrl]) assert.equal((await call('GET', link)).status, 410)
  assert.equal((await call('GET', `/api/events/${eventId}/revocations`)).json.data.count, 1)
  const again = await accept({ eventId, guestIds: [2] })
  const [ticket] = (await ended(again.batchId)).tickets
  const { json } = await call('POST', '/api/tickets/validate', { code: ticket?.ticketCode })
  assert.deepEqual([json.data.valid, ticket?.ticketCode === never?.ticket_code], [true, false])
})

describe('retrying', () => {
  test('queues the failed tickets again while others are printed; a guest who is registered by now gets a ticket', async () => {
    const eventId = nextEventId()
    const known = await registerGuests(eventId, 150)
    const guestIds = [...known, 151, 152, 153]
    const { batchId } = await accept({ eventId, guestIds })
    assert.equal((await follow(batchId)).failedCount, 3)
    await registerGuests(eventId, 152)
    assert.deepEqual(await retry(batchId), { batchId, status: 'processing', changedCount: 2 })
    const done = await ended(batchId)
    assert.deepEqual([done.status, done.generatedCount, done.failedCount], ['completed', 152, 1])
    assert.equal(done.tickets.at(-1)?.error?.code, 'GUEST_NOT_FOUND')
  })

  test('reopens an ended batch, keeps every code, and sends a notification when it ends again', async () => {
    const eventId = nextEventId()
    await registerGuests(eventId, 3, (guestId) => (guestId === 2 ? { data: { repeat: 'x'.repeat(2000) } } : {}))
    const body = '{{#if repeat}}'.concat('{{repeat}}'.repeat(1100), '{{/if}}')
    const source = `<!doctype html><html><head><title>t</title></head><body>{{firstName}}${body}</body></html>`
    const templateId = await publish(source)
    const { batchId } = await accept({ eventId, guestIds: [1, 2, 3], templateId })
    // What is opened again before it was told of is told of when it ends again, and not before.
    const told = (times: number) =>
      eventually(`it was told of ${times} times`, async () => (await heard(batchId)).length === times)
    const first = await ended(batchId)
    await told(1)
    assert.deepEqual([first.generatedCount, first.failedCount], [2, 1])
    assert.equal((await retry(batchId)).changedCount, 1)
    assert.equal((await ended(batchId)).failedCount, 1, 'nothing has changed, so it fails again')
    await told(2)
    await registerGuests(eventId, 3)
    assert.equal((await retry(batchId)).changedCount, 1)
    const last = await ended(batchId)
    assert.deepEqual([last.generatedCount, last.failedCount], [3, 0])
    const codes = (status: typeof first) => status.tickets.map(({ ticketCode }) => ticketCode)
    assert.deepEqual(codes(last), codes(first))
    await told(3)
  })

  test('prints a ticket with the version that made it, as the batch would have', async () => {
    const eventId = nextEventId()
    await registerGuests(eventId, 2)
    const source = (version: number) => `<!doctype html><html><head><title>t</title></head><body>v${version}</body></html>`
    const templateId = await publish(source(1))
    await ended((await accept({ eventId, guestIds: [1], templateId })).batchId)
    await sql`INSERT INTO templates (id, version, name, source, required_variables) VALUES (${templateId}, 2, 'test', ${source(2)}, '{}')`
    const { batchId, jobId } = await accept({ eventId, guestIds: [1, 2], templateId })
    await ended(batchId)
    const versions = async () =>
      (await sql`SELECT template_version FROM generated_tickets WHERE event_id = ${eventId} ORDER BY guest_id`).map(
        (row) => row.template_version,
      )
    assert.deepEqual(await versions(), [1, 2])
    await sql`UPDATE ticket_generation_logs SET status = 'failed' WHERE job_id = ${jobId}`
    assert.equal((await retry(batchId)).changedCount, 2)
    assert.deepEqual(await versions(), [1, 2])
    assert.equal((await ended(batchId)).generatedCount, 2)
  })

  test('sends the reopened items, also when the batch is marked as sent meanwhile', async () => {
    const eventId = nextEventId()
    await registerGuests(eventId, 1)
    const { batchId, jobId } = await accept({ eventId, guestIds: [1, 2] })
    await ended(batchId)
    await registerGuests(eventId, 2)
    const clients = await openClients(['sql', 'signer', 'queues', 'preparer'])
    const sent: Chunk[] = []
    const queues = { ...clients.queues, send: async (_: unknown, __: unknown, chunks: Chunk[]) => void sent.push(...chunks) }
    const { retrying, item } = await sql.begin(async (transaction) => {
      const [locked] = await transaction`
        SELECT id FROM ticket_generation_logs WHERE job_id = ${jobId} AND status = 'failed' FOR UPDATE`
      const retrying = retryBatch({ ...clients, queues }, batchId)
      await untilBlocked(sql, transaction)
      await markSent(sql, jobId)
      return { retrying: () => retrying, item: locked }
    })
    assert.equal((await retrying()).changedCount, 1)
    assert.deepEqual(sent, [{ jobId, itemIds: [Number(item?.id)] }])
    await cancel(batchId)
  })

  test('changes nothing if no item failed', async () => {
    const eventId = nextEventId()
    await registerGuests(eventId, 1)
    const { batchId } = await accept({ eventId, guestIds: [1] })
    await ended(batchId)
    assert.deepEqual(await retry(batchId), { batchId, status: 'completed', changedCount: 0 })
  })
})

describe('with the queue unavailable', async () => {
  const clients = await openClients(['sql', 'signer', 'storage', 'queues', 'preparer'])
  const away = new QueueUnavailableError('queue', new Error('away'))
  const queues = { ...clients.queues, send: () => Promise.reject(away) }
  const runSweep = async () =>
    assert.deepEqual((await sweep({ ...clients, afterSeconds: 0, orphanedAfterSeconds: 600 })).faults, [])

  /** Makes a batch of two of which one failed, and queues that again with the queue away. */
  async function retryUnsent(): Promise<string> {
    const eventId = nextEventId()
    await registerGuests(eventId, 1)
    const { batchId } = await accept({ eventId, guestIds: [1, 2] })
    assert.equal((await ended(batchId)).failedCount, 1)
    await registerGuests(eventId, 2)
    assert.deepEqual(await retryBatch({ ...clients, queues }, batchId), { batchId, status: 'processing', changedCount: 1 })
    return batchId
  }

  test('a retried batch is sent by the sweeper', async () => {
    const batchId = await retryUnsent()
    await runSweep()
    assert.equal((await ended(batchId)).generatedCount, 2)
  })
})

test('an unknown batch cannot be cancelled, retried or followed', async () => {
  for (const [method, action] of [
    ['POST', 'cancel'],
    ['POST', 'retry'],
    ['GET', 'status'],
  ] as const) {
    const { status, json } = await call(method, `/api/batches/nothing/${action}`)
    assert.deepEqual([status, json.error.code], [404, 'BATCH_NOT_FOUND'])
  }
})
