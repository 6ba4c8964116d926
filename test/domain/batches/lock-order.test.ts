import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TransactionSql } from 'postgres'
import { settleFailed, settleGenerated } from '../../../functions/database/generation-logs.ts'
import { markTicketsWithOrphans } from '../../../functions/database/orphaned-objects.ts'
import { cancelItems } from '../../../functions/database/work-items.ts'
import { retryBatch } from '../../../functions/domain/batches/change-batch.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { service } from '../../fixtures/batches.ts'
import { eventually } from '../../fixtures/eventually.ts'

const { accept, ended, registerGuests, sql } = service
const clients = await openClients(['sql', 'signer', 'queues'])
const guestCount = 50

/** Makes a batch whose items stand at `status`, of which no queue knows. */
async function makeItems(eventId: number, status: 'pending' | 'failed') {
  const { batchId, jobId } = await accept({ eventId, guestIds: await registerGuests(eventId, guestCount) })
  await ended(batchId)
  await sql`UPDATE ticket_generation_logs SET status = ${status} WHERE job_id = ${jobId}`
  const items = await sql<{ id: number; ticket_id: number }[]>`
    SELECT id, ticket_id FROM ticket_generation_logs WHERE job_id = ${jobId} ORDER BY id`
  return { batchId, jobId, items: items.toReversed() }
}

/** Does something while `held` keeps rows locked, and tells what `look` sees once that waits for them. */
async function whileWaiting<T>(
  held: (transaction: TransactionSql) => Promise<unknown>,
  work: () => Promise<unknown>,
  look: (transaction: TransactionSql) => Promise<T>,
): Promise<T> {
  const { seen, working } = await sql.begin(async (transaction) => {
    await held(transaction as never)
    const started = Promise.resolve(work())
    await eventually('it waits', async () => (await sql`SELECT FROM pg_locks WHERE NOT granted`).length > 0)
    return { seen: await look(transaction as never), working: () => started }
  })
  await working()
  return seen
}

type Items = Awaited<ReturnType<typeof makeItems>>

const settleAsGenerated = ({ items }: Items) => {
  const facts = { key: 'k', pdfBytes: 1, generatedAt: new Date(), details: { durationMs: 1, pdfBytes: 1 } }
  return settleGenerated(
    clients.sql,
    items.map(({ id }) => ({ itemId: id, ...facts })),
  )
}
const settleAsFailed = ({ items }: Items) => {
  const facts = { code: 'RENDER_FAILED' as const, message: 'm', details: [] }
  return settleFailed(
    clients.sql,
    items.map(({ id }) => ({ itemId: id, ...facts })),
  )
}

for (const [index, [name, change]] of Object.entries({ settleAsGenerated, settleAsFailed }).entries())
  test(`${name} locks items in the order of their ids: behind the first it holds no other`, async () => {
    const made = await makeItems(6401 + index, 'pending')
    const first = made.items.at(-1)?.id ?? 0
    const free = await whileWaiting(
      (transaction) => transaction`SELECT FROM ticket_generation_logs WHERE id = ${first} FOR UPDATE`,
      () => change(made),
      (transaction) => transaction`SELECT FROM ticket_generation_logs WHERE job_id = ${made.jobId} FOR UPDATE SKIP LOCKED`,
    )
    assert.equal(free.length, guestCount)
  })

const notedBy = {
  settleAsFailed,
  cancel: ({ jobId }: Items) => cancelItems(clients.sql, jobId),
  noteUntidy: ({ items }: Items) =>
    markTicketsWithOrphans(
      clients.sql,
      items.map(({ ticket_id }) => ticket_id),
    ),
}

for (const [index, [name, change]] of Object.entries(notedBy).entries())
  test(`${name} notes untidy tickets in the order of their ids: behind the first it holds no other`, async () => {
    const made = await makeItems(6411 + index, 'pending')
    // The first item has the last ticket, so that the order of one is not that of the other.
    const ticketIds = made.items.map(({ ticket_id }) => ticket_id)
    for (const [at, { id }] of made.items.toReversed().entries())
      await sql`UPDATE ticket_generation_logs SET ticket_id = ${ticketIds[at] ?? 0} WHERE id = ${id}`
    await sql`DELETE FROM untidy_tickets`
    await sql`INSERT INTO untidy_tickets (ticket_id) SELECT UNNEST(${ticketIds}::bigint[])`
    const free = await whileWaiting(
      (transaction) => transaction`SELECT FROM untidy_tickets WHERE ticket_id = ${Math.min(...ticketIds)} FOR UPDATE`,
      () => change(made),
      (transaction) => transaction`SELECT FROM untidy_tickets FOR UPDATE SKIP LOCKED`,
    )
    assert.equal(free.length, guestCount)
  })

test('retrying a batch holds its job for nobody while it waits for a ticket', async () => {
  const { batchId, jobId, items } = await makeItems(6421, 'failed')
  const free = await whileWaiting(
    (transaction) => transaction`SELECT FROM generated_tickets WHERE id = ${items[0]?.ticket_id ?? 0} FOR UPDATE`,
    () => retryBatch(clients, batchId),
    (transaction) => transaction`SELECT FROM generation_jobs WHERE id = ${jobId} FOR UPDATE SKIP LOCKED`,
  )
  assert.equal(free.length, 1)
  assert.equal((await ended(batchId)).generatedCount, guestCount)
})

test('of two retries at once, one queues the failed tickets and the other finds them queued', async () => {
  const { batchId } = await makeItems(6422, 'failed')
  const answers = await Promise.all([retryBatch(clients, batchId), retryBatch(clients, batchId)])
  assert.deepEqual(answers.map(({ changedCount }) => changedCount).toSorted(), [0, guestCount])
  assert.equal((await ended(batchId)).generatedCount, guestCount)
})
