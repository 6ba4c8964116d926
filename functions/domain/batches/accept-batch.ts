import { randomUUID } from 'node:crypto'
import type * as z from 'zod'
import type { batchRequest } from '../../contract/schemas/requests.ts'
import { findEvent } from '../../database/events.ts'
import { type BatchRow, completeJob, findBatch, insertBatch, setTotalCount } from '../../database/jobs.ts'
import { insertUnpreparedItems } from '../../database/work-items.ts'
import { currentOrigin } from '../../runtime/tracing.ts'
import type { Clients, SigningTransaction } from '../clients.ts'
import { hashContent } from '../content-hash.ts'
import { BatchConflictError, EventNotFoundError, TemplateArchivedError } from '../errors.ts'
import { findVersion } from '../templates/choose-version.ts'
import { dateOf } from '../tickets/write-tickets.ts'
import { type BatchGuests, openGuestList } from './guest-list.ts'
import { prepareFew, startPrinting } from './prepare-batch.ts'
import { estimateCompletion } from './read-batch-status.ts'
import { deferToSweeper } from './send-chunks.ts'

type Request = z.output<typeof batchRequest>

/** The clients that accepting a batch needs. */
export type BatchClients = Clients<'sql' | 'signer' | 'queues' | 'preparer'>

/**
 * Accepts a batch: writes its job and items in one transaction. A small batch also gets its tickets in it; a
 * large one is prepared in the background, so that the caller does not wait for 50,000 signatures. Idempotent
 * by batch id: the same content again returns the existing batch and queues what has not been queued. A guest
 * listed twice counts once.
 * @throws EventNotFoundError, TemplateNotFoundError, TemplateArchivedError, BatchConflictError,
 * GuestListNotFoundError, GuestListTooLargeError, and ValidationError for the lines of a list. Nothing is then
 * written.
 */
export async function acceptBatch(clients: BatchClients & Clients<'storage'>, request: Request) {
  const { eventId, guestListId } = request
  const guests = guestListId ? await openGuestList(clients, { eventId, guestListId }) : listGuests(request)
  return await describeBatch(clients, await clients.sql.begin((sql) => writeBatch({ ...clients, sql }, request, guests)))
}

/** Starts to print a batch after its transaction, and describes it for the answer. */
export async function describeBatch(clients: BatchClients, { batch, preparedIds }: WrittenBatch) {
  const [completion] = await Promise.all([
    batch.completed_at ?? estimateCompletion(clients.sql, batch.id),
    batch.completed_at ?? startPrinting(clients, batch, preparedIds).catch(deferToSweeper),
  ])
  return {
    batchId: batch.batch_id,
    jobId: batch.id,
    totalCount: batch.total_count,
    status: batch.status,
    estimatedCompletion: completion.toISOString(),
  }
}

/** A batch in the database, and its items that this call prepared. */
export interface WrittenBatch {
  batch: BatchRow
  preparedIds: number[]
}

function listGuests({ guests, guestIds = [] }: Request): BatchGuests {
  const byId = new Map(
    (guests ?? guestIds.map((guestId) => ({ guestId, data: {} }))).map(({ guestId, data = {} }) => [guestId, data]),
  )
  return { content: [...byId].sort(([one], [other]) => one - other), readSlices: () => [byId] }
}

async function writeBatch(clients: SigningTransaction, request: Request, guests: BatchGuests): Promise<WrittenBatch> {
  const { sql } = clients
  const batchId = request.options.batchId ?? `batch-${randomUUID()}`
  const requestHash = hashContent({
    ...request,
    options: { ...request.options, batchId },
    guestIds: undefined,
    guestListId: undefined,
    guests: guests.content,
  })
  const known = await findBatch(sql, batchId)
  if (known) return requireSameContent(known, requestHash)
  const event = await findEvent(sql, request.eventId)
  if (!event) throw new EventNotFoundError(request.eventId)
  const template = await findVersion(sql, request)
  if (template.archived_at) throw new TemplateArchivedError(template.id)
  const batch = await insertBatch(sql, {
    batch_id: batchId,
    request_hash: requestHash,
    event_id: event.id,
    template_id: template.id,
    template_version: template.version,
    version_named: request.templateVersion !== undefined,
    priority: request.options.priority,
    total_count: 0,
    qr_options: request.options.qr ?? {},
    valid_from: dateOf(request.options.validFrom) ?? null,
    expires_at: dateOf(request.options.expiresAt) ?? null,
    request_id: currentOrigin().requestId ?? null,
  })
  if (!batch) return requireSameContent(await findBatch(sql, batchId), requestHash)
  let totalCount = 0
  for await (const slice of guests.readSlices()) {
    await insertUnpreparedItems(sql, batch.id, slice)
    totalCount += slice.size
  }
  await setTotalCount(sql, batch.id, totalCount)
  const preparedIds = await prepareFew(clients, batch, totalCount)
  await completeJob(sql, batch.id)
  return { batch: (await findBatch(sql, batchId)) ?? batch, preparedIds }
}

/**
 * Returns a batch that was written before.
 * @throws BatchConflictError when it was requested with other content.
 */
export function requireSameContent(batch: BatchRow | undefined, requestHash: string): WrittenBatch {
  if (batch?.request_hash === requestHash) return { batch, preparedIds: [] }
  throw new BatchConflictError(batch?.batch_id ?? '')
}
