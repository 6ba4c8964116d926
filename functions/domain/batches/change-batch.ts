import type { Queryable } from '../../database/client.ts'
import { type BatchRow, completeJob, findBatch, reopenJob } from '../../database/jobs.ts'
import { cancelItems, hasUnpreparedItems, reopenFailedItems } from '../../database/work-items.ts'
import type { Clients } from '../clients.ts'
import { BatchNotFoundError } from '../errors.ts'
import { prepareFew, startPrinting } from './prepare-batch.ts'
import { deferToSweeper } from './send-chunks.ts'

/**
 * Cancels the pending items of a batch; prints in progress are discarded. Idempotent: a batch that has ended
 * stays unchanged.
 * @throws BatchNotFoundError when no batch has this id.
 */
export async function cancelBatch({ sql }: Clients<'sql'>, batchId: string) {
  const { batch, changedCount } = await sql.begin(async (transaction) => {
    const found = await find(transaction, batchId)
    // Items before their job, as a renderer locks them: a consistent lock order prevents deadlock.
    const cancelled = await cancelItems(transaction, found.id)
    await completeJob(transaction, found.id)
    return { batch: found, changedCount: cancelled }
  })
  return { batchId, status: changedCount > 0 ? ('cancelled' as const) : batch.status, changedCount }
}

/**
 * Queues the failed tickets of a batch again, with the same codes and template versions. A guest who was not
 * registered gets a ticket if registered by now; items that still cannot be printed fail again. Safe while
 * the batch is being printed.
 * @throws BatchNotFoundError when no batch has this id.
 */
export async function retryBatch(clients: Clients<'sql' | 'signer' | 'queues' | 'preparer'>, batchId: string) {
  const { batch, changedCount, preparedIds } = await clients.sql.begin(async (sql) => {
    const found = await find(sql, batchId)
    // Items first, then tickets, then their job, as a renderer locks them.
    const reopenedCount = await reopenFailedItems(sql, found.id)
    const ids = await prepareFew({ sql, signer: clients.signer }, found, reopenedCount)
    const changed = (await hasUnpreparedItems(sql, found.id)) ? reopenedCount : ids.length
    if (changed > 0) await reopenJob(sql, found.id)
    // A concurrent retry may have reopened the batch while this one waited for its locks.
    return { batch: await find(sql, batchId), changedCount: changed, preparedIds: ids }
  })
  if (changedCount > 0) await startPrinting(clients, batch, preparedIds).catch(deferToSweeper)
  return { batchId, status: changedCount > 0 ? ('processing' as const) : batch.status, changedCount }
}

async function find(sql: Queryable, batchId: string): Promise<BatchRow> {
  const batch = await findBatch(sql, batchId)
  if (!batch) throw new BatchNotFoundError(batchId)
  return batch
}
