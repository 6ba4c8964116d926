import { randomUUID } from 'node:crypto'
import type * as z from 'zod'
import type { reprintRequest } from '../../contract/schemas/requests.ts'
import { findEvent } from '../../database/events.ts'
import { completeJob, findBatch, insertBatch, setTotalCount } from '../../database/jobs.ts'
import { findOutdatedTemplate } from '../../database/tickets.ts'
import { insertOutdatedItems } from '../../database/work-items.ts'
import { currentOrigin } from '../../runtime/tracing.ts'
import { type BatchClients, describeBatch, requireSameContent, type WrittenBatch } from '../batches/accept-batch.ts'
import { prepareFew } from '../batches/prepare-batch.ts'
import type { SigningTransaction } from '../clients.ts'
import { hashContent } from '../content-hash.ts'
import { EventNotFoundError } from '../errors.ts'
import { dateOf } from '../tickets/write-tickets.ts'

type Request = z.output<typeof reprintRequest>

/**
 * Accepts a batch of all outdated tickets of an event, each with its code and template version; many of them are
 * prepared in the background, like those of any batch. Idempotent by batch id. An event without outdated tickets
 * gives a batch that has ended.
 * @throws EventNotFoundError when the event is not registered.
 * @throws BatchConflictError when the batch id belongs to another request.
 */
export async function reprintTickets(clients: BatchClients, eventId: number, request: Request) {
  const written = await clients.sql.begin((sql) => writeBatch({ ...clients, sql }, eventId, request))
  return await describeBatch(clients, written)
}

async function writeBatch(clients: SigningTransaction, eventId: number, { options }: Request): Promise<WrittenBatch> {
  const { sql } = clients
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
    qr_options: options.qr ?? {},
    valid_from: dateOf(options.validFrom) ?? null,
    expires_at: dateOf(options.expiresAt) ?? null,
    request_id: currentOrigin().requestId ?? null,
  })
  if (!batch) return requireSameContent(await findBatch(sql, batchId), requestHash)
  const totalCount = await insertOutdatedItems(sql, eventId, batch.id)
  await setTotalCount(sql, batch.id, totalCount)
  const preparedIds = await prepareFew(clients, batch, totalCount)
  await completeJob(sql, batch.id)
  return { batch: (await findBatch(sql, batchId)) ?? batch, preparedIds }
}
