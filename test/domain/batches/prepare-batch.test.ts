import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { batchRequest } from '../../../functions/contract/schemas/requests.ts'
import { acceptBatch } from '../../../functions/domain/batches/accept-batch.ts'
import { cancelBatch } from '../../../functions/domain/batches/change-batch.ts'
import { prepareBatch } from '../../../functions/domain/batches/prepare-batch.ts'
import { sweep } from '../../../functions/domain/batches/sweep.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { service } from '../../fixtures/batches.ts'
import { nextEventId } from '../../fixtures/ids.ts'

const { follow, plainTemplate, registerGuests, sql } = service
const clients = await openClients(['sql', 'signer', 'queues', 'preparer', 'storage'])
const guestCount = 4_500

/** A preparer that starts nothing and remembers what it was asked. */
function holdPreparer() {
  const asked: number[] = []
  return { asked, start: async ({ jobId }: { jobId: number }) => void asked.push(jobId) }
}

/** Queues that keep the ids of the items they are sent, and print nothing. */
function holdQueues() {
  const itemIds: number[] = []
  const send: typeof clients.queues.send = async (_priority, _event, chunks) =>
    void itemIds.push(...chunks.flatMap((chunk) => chunk.itemIds))
  return { itemIds, send, depth: async () => ({ waiting: 0, active: 0 }) }
}

describe('a large batch', () => {
  let eventId: number
  before(async () => {
    eventId = nextEventId()
    await registerGuests(eventId, guestCount)
  })

  /** Accepts a batch of all guests and one unknown, whose preparation waits. */
  async function acceptUnprepared(data?: (guestId: number) => Record<string, unknown>) {
    const preparer = holdPreparer()
    const ids = Array.from({ length: guestCount + 1 }, (_, index) => (index === guestCount ? 99_999 : index + 1))
    const named = data ? { guests: ids.map((guestId) => ({ guestId, data: data(guestId) })) } : { guestIds: ids }
    const request = batchRequest.parse({ eventId, templateId: plainTemplate, ...named })
    return { ...(await acceptBatch({ ...clients, preparer }, request)), asked: preparer.asked }
  }

  test('is accepted before its tickets exist, and its status counts every guest from then on', async () => {
    const { batchId, jobId, totalCount, asked } = await acceptUnprepared()
    assert.deepEqual([totalCount, asked], [guestCount + 1, [jobId]])
    const { status, tickets } = await follow(batchId, '?limit=1000')
    assert.equal(status, 'processing')
    assert.deepEqual(
      [tickets.length, tickets[0]?.guestId, tickets[0]?.ticketCode, tickets[0]?.status],
      [1000, 1, null, 'pending'],
    )
    await cancelBatch(clients, batchId)
    assert.equal(await prepareBatch({ ...clients, queues: holdQueues() }, { jobId }), 0, 'a cancelled batch gets no tickets')
  })

  test('is prepared once by concurrent calls: each guest gets one ticket, queued once', async () => {
    const { batchId, jobId } = await acceptUnprepared()
    const queues = holdQueues()
    const counts = await Promise.all([1, 2].map(() => prepareBatch({ ...clients, queues }, { jobId })))
    assert.equal(
      counts.reduce((sum, count) => sum + count),
      guestCount,
    )
    assert.equal(new Set(queues.itemIds).size, guestCount)
    const rows = await sql`SELECT COUNT(DISTINCT ticket_id) AS tickets FROM ticket_generation_logs WHERE job_id = ${jobId}`
    assert.equal(rows[0]?.tickets, guestCount)
    assert.equal((await follow(batchId)).failedCount, 1)
    await cancelBatch(clients, batchId)
  })

  test('whose preparation ended early goes on where it stopped, once the sweeper finds it', async () => {
    const { batchId, jobId } = await acceptUnprepared()
    const queues = holdQueues()
    const failing = { ...queues, send: () => Promise.reject(new Error('ended')) }
    await assert.rejects(prepareBatch({ ...clients, queues: failing }, { jobId }), /ended/)
    const preparer = holdPreparer()
    const { prepared, faults } = await sweep({
      ...clients,
      queues: holdQueues(),
      preparer,
      afterSeconds: 0,
      orphanedAfterSeconds: 600,
    })
    assert.deepEqual([prepared, faults, preparer.asked], [1, [], [jobId]])
    await prepareBatch({ ...clients, queues }, { jobId })
    const waiting = await sql`SELECT id FROM ticket_generation_logs WHERE job_id = ${jobId} AND given IS NOT NULL`
    assert.deepEqual(waiting.length, 0)
    await cancelBatch(clients, batchId)
  })

  test("brings its guests' data, unless Core has since registered a guest again", async () => {
    const { batchId, jobId } = await acceptUnprepared((guestId) => ({ firstName: 'Given', lastName: `Guest ${guestId}` }))
    await sql`UPDATE guests SET first_name = 'Newer', updated_at = NOW() WHERE event_id = ${eventId} AND id = 2`
    await prepareBatch({ ...clients, queues: holdQueues() }, { jobId })
    const names = await sql`SELECT first_name FROM guests WHERE event_id = ${eventId} AND id IN (1, 2, 4500, 99999) ORDER BY id`
    assert.deepEqual(
      names.map((row) => row.first_name),
      ['Given', 'Newer', 'Given', 'Given'],
    )
    assert.equal((await follow(batchId)).failedCount, 0)
    await cancelBatch(clients, batchId)
  })
})
