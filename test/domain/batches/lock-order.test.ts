import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TransactionSql } from 'postgres'
import { settleFailed, settleGenerated } from '../../../functions/database/generation-logs.ts'
import { markTicketsWithOrphans } from '../../../functions/database/orphaned-objects.ts'
import { cancelItems } from '../../../functions/database/work-items.ts'
import { retryBatch } from '../../../functions/domain/batches/change-batch.ts'
import { openClients } from '../../../functions/runtime/clients.ts'
import { service } from '../../fixtures/batches.ts'
import { untilBlocked } from '../../fixtures/blocked-sessions.ts'
import { eventually } from '../../fixtures/eventually.ts'
import { nextEventId } from '../../fixtures/ids.ts'

const { accept, ended, registerGuests, sql } = service
const clients = await openClients(['sql', 'signer', 'queues', 'preparer'])
const guestCount = 50

/** Makes a batch whose items have this status and are in no queue. */
async function makeItems(status: 'pending' | 'failed') {
  const eventId = nextEventId()
  const { batchId, jobId } = await accept({ eventId, guestIds: await registerGuests(eventId, guestCount) })
  await ended(batchId)
  await sql`UPDATE ticket_generation_logs SET status = ${status} WHERE job_id = ${jobId}`
  const items = await sql<{ id: number; ticket_id: number }[]>`
    SELECT id, ticket_id FROM ticket_generation_logs WHERE job_id = ${jobId} ORDER BY id`
  return { batchId, jobId, items: items.toReversed() }
}

type Query = (transaction: TransactionSql) => Promise<readonly unknown[]>

/**
 * Runs `work` while `held` keeps rows locked, and asserts that `count` rows of `free` can be locked while `work` waits. Polls for them, because a
 * transaction of the service may hold a row for a moment.
 */
async function assertFreeWhileWaiting(
  work: () => Promise<unknown>,
  { held, free, count }: { held: Query; free: Query; count: number },
) {
  const working = await sql.begin(async (transaction) => {
    await held(transaction as never)
    const started = Promise.resolve(work())
    await untilBlocked(sql, transaction)
    await eventually(`${count} rows are free`, async () => (await free(transaction as never)).length === count)
    return () => started
  })
  await working()
}

type Items = Awaited<ReturnType<typeof makeItems>>

const settleAsGenerated = ({ items }: Items) => {
  const facts = { key: 'k', facts: 'f', pdfBytes: 1, generatedAt: new Date(), details: { durationMs: 1, pdfBytes: 1 } }
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

for (const [name, change] of Object.entries({ settleAsGenerated, settleAsFailed }))
  test(`${name} locks items in the order of their ids, so none is locked while it waits for the first`, async () => {
    const made = await makeItems('pending')
    const first = made.items.at(-1)?.id ?? 0
    await assertFreeWhileWaiting(() => change(made), {
      held: (transaction) => transaction`SELECT FROM ticket_generation_logs WHERE id = ${first} FOR UPDATE`,
      free: (transaction) => transaction`SELECT FROM ticket_generation_logs WHERE job_id = ${made.jobId} FOR UPDATE SKIP LOCKED`,
      count: guestCount,
    })
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

for (const [name, change] of Object.entries(notedBy))
  test(`${name} marks untidy tickets in the order of their ids, so none is locked while it waits for the first`, async () => {
    const made = await makeItems('pending')
    // The first item has the last ticket, so that the order of one is not that of the other.
    const ticketIds = made.items.map(({ ticket_id }) => ticket_id)
    for (const [at, { id }] of made.items.toReversed().entries())
      await sql`UPDATE ticket_generation_logs SET ticket_id = ${ticketIds[at] ?? 0} WHERE id = ${id}`
    await sql`DELETE FROM untidy_tickets`
    await sql`INSERT INTO untidy_tickets (ticket_id) SELECT UNNEST(${ticketIds}::bigint[])`
    await assertFreeWhileWaiting(() => change(made), {
      held: (transaction) => transaction`SELECT FROM untidy_tickets WHERE ticket_id = ${Math.min(...ticketIds)} FOR UPDATE`,
      free: (transaction) =>
        transaction`SELECT FROM untidy_tickets WHERE ticket_id = ANY(${ticketIds}::bigint[]) FOR UPDATE SKIP LOCKED`,
      count: guestCount,
    })
  })

test('retrying a batch leaves its job unlocked while it waits for a ticket', async () => {
  const { batchId, jobId, items } = await makeItems('failed')
  await assertFreeWhileWaiting(() => retryBatch(clients, batchId), {
    held: (transaction) => transaction`SELECT FROM generated_tickets WHERE id = ${items[0]?.ticket_id ?? 0} FOR UPDATE`,
    free: (transaction) => transaction`SELECT FROM generation_jobs WHERE id = ${jobId} FOR UPDATE SKIP LOCKED`,
    count: 1,
  })
  assert.equal((await ended(batchId)).generatedCount, guestCount)
})

test('two concurrent retries queue each failed ticket once', async () => {
  const { batchId } = await makeItems('failed')
  const answers = await Promise.all([retryBatch(clients, batchId), retryBatch(clients, batchId)])
  assert.deepEqual(answers.map(({ changedCount }) => changedCount).toSorted(), [0, guestCount])
  assert.equal((await ended(batchId)).generatedCount, guestCount)
})
