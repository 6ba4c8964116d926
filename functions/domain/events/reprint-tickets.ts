import { randomUUID } from 'node:crypto'
import type * as z from 'zod'
import type { reprintRequest } from '../../contract/schemas/requests.ts'
import { findEvent } from '../../database/events.ts'
import { completeJob, findBatch, insertBatch, setTotalCount } from '../../database/jobs.ts'
import { findOutdatedTemplate, insertOutdatedItems } from '../../database/tickets.ts'
import { type BatchClients, describeBatch, requireSameContent, type WrittenBatch } from '../batches/accept-batch.ts'
import type { SigningTransaction } from '../clients.ts'
import { hashContent } from '../content-hash.ts'
import { EventNotFoundError } from '../errors.ts'

type Request = z.output<typeof reprintRequest>

/**
 * Queues all outdated tickets of an event as a batch, each with its code and template version. Idempotent by
 * batch id. An event without outdated tickets gives a batch that has ended.
 * @throws EventNotFoundError when the event is not registered.
 * @throws BatchConflictError when the batch id belongs to another request.
 */
export async function reprintTickets(clients: BatchClients, eventId: number, request: Request) {
  const written = await clients.sql.begin((sql) => writeBatch({ ...clients, sql }, eventId, request))
  return await describeBatch(clients, written)
}

async function writeBatch({ sql }: SigningTransaction, eventId: number, { options }: Request): Promise<WrittenBatch> {
  const batchId = options.batchId ?? `reprint-${randomUUID()}`
  const requestHash = hashContent({ reprint: eventId, ...options, batchId })
  const known = await findBatch(sql, batchId)
  if (known) return requireSameContent(known, requestHash)
  if (!(await findEvent(sql, eventId))) throw new EventNotFoundError(eventId)
  const batch = await insertBatch(sql, {
    batch_id: batchId,
    request_hash: requestHash,
    event_id: eventId,
    ...(await findOutdatedTemplate(sql, eventId)),
    version_named: false,
    priority: options.priority,
    total_count: 0,
    qr_options: {},
    valid_from: null,
    expires_at: null,
  })
  if (!batch) return requireSameContent(await findBatch(sql, batchId), requestHash)
  await setTotalCount(sql, batch.id, await insertOutdatedItems(sql, eventId, batch.id))
  await completeJob(sql, batch.id)
  return { batch: (await findBatch(sql, batchId)) ?? batch, preparedIds: [] }
}
