import { randomUUID } from 'node:crypto'
import type * as z from 'zod'
import type { batchRequest } from '../../contract/schemas/requests.ts'
import { type BatchRow, completeJob, findBatch, insertBatch, setTotalCount } from '../../database/jobs.ts'
import { insertUnpreparedItems } from '../../database/work-items.ts'
import { currentOrigin } from '../../runtime/tracing.ts'
import type { Clients, SigningTransaction } from '../clients.ts'
import { hashContent } from '../content-hash.ts'
import { BatchConflictError, TemplateArchivedError } from '../errors.ts'
import { requireEvent } from '../events/read-events.ts'
import { findVersion } from '../templates/choose-version.ts'
import { dateOf } from '../tickets/write-tickets.ts'
import { type BatchGuests, openGuestList } from './guest-list.ts'
import { prepareFew, startPrinting } from './prepare-batch.ts'
import { estimateCompletion } from './read-batch-status.ts'

type Request = z.output<typeof batchRequest>

/** The clients that accepting a batch needs. */
export type BatchClients = Clients<'sql' | 'signer' | 'queues' | 'preparer'>

/**
 * Accepts a batch: writes its job and items in one transaction. A small batch also gets its tickets in it; a
 * large one is prepared in the background, so that the caller does not wait for 50,000 signatures. Idempotent
 * by batch id: the same content again returns the existing batch and queues what has not been queued. A guest
 * listed twice counts once.
 * @throws EventNotFoundError, TemplateNotFoundError, TemplateArchivedError, BatchConflictError,
 * GuestListNotFoundError, GuestListTooLargeError, and ValidationError for the lines of a list. Nothing is
 * then written.
 */
export async function acceptBatch(clients: BatchClients & Clients<'storage'>, request: Request) {
  const { eventId, guestListId, options } = request
  const guests = guestListId ? await openGuestList(clients, { eventId, guestListId }) : listGuests(request)
  const batchId = options.batchId ?? `batch-${randomUUID()}`
  const content = {
    ...request,
    options: { ...options, batchId },
    guestIds: undefined,
    guestListId: undefined,
    guests: guests.content,
  }
  return await writeBatch(clients, { ...options, batchId, requestHash: hashContent(content) }, async ({ sql }) => {
    await requireEvent(sql, eventId)
    const template = await findVersion(sql, request)
    if (template.archived_at) throw new TemplateArchivedError(template.id)
    const version_named = request.templateVersion !== undefined
    return {
      target: { event_id: eventId, template_id: template.id, template_version: template.version, version_named },
      async insertItems(jobId) {
        let totalCount = 0
        for await (const slice of guests.readSlices()) {
          await insertUnpreparedItems(sql, jobId, slice)
          totalCount += slice.size
        }
        return totalCount
      },
    }
  })
}

function listGuests({ guests, guestIds = [] }: Request): BatchGuests {
  const byId = new Map(
    (guests ?? guestIds.map((guestId) => ({ guestId, data: {} }))).map(({ guestId, data = {} }) => [guestId, data]),
  )
  return { content: [...byId].sort(([one], [other]) => one - other), readSlices: () => [byId] }
}

/** The id of a batch, the hash of its request, and the options that its tickets share. */
type BatchTerms = Omit<Request['options'], 'batchId'> & { batchId: string; requestHash: string }

/**
 * A new batch: the event and template of its tickets, and the insertion of its items, which returns their
 * count.
 */
interface NewBatch {
  target: Pick<BatchRow, 'event_id' | 'template_id' | 'template_version' | 'version_named'>
  insertItems(jobId: number): Promise<number>
}

type OpenBatch = (transaction: SigningTransaction) => Promise<NewBatch>

/**
 * Writes a batch and its items in one transaction, unless its id is known; starts to print it, and describes
 * it for the answer. `open` reads what the batch is about, in the transaction.
 * @throws BatchConflictError when a batch has this id with another request; and what `open` throws.
 */
export async function writeBatch(clients: BatchClients, terms: BatchTerms, open: OpenBatch) {
  const { batch, preparedIds } = await clients.sql.begin((sql) => findOrInsert({ ...clients, sql }, terms, open))
  const [completion] = await Promise.all([
    batch.completed_at ?? estimateCompletion(clients.sql, batch.id),
    batch.completed_at ?? startPrinting(clients, batch, preparedIds),
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
interface WrittenBatch {
  batch: BatchRow
  preparedIds: number[]
}

async function findOrInsert(clients: SigningTransaction, terms: BatchTerms, open: OpenBatch): Promise<WrittenBatch> {
  const { sql } = clients
  const known = await findBatch(sql, terms.batchId)
  if (known) return requireSameRequest(known, terms)
  const { target, insertItems } = await open(clients)
  const batch = await insertBatch(sql, {
    ...target,
    batch_id: terms.batchId,
    request_hash: terms.requestHash,
    priority: terms.priority,
    total_count: 0,
    qr_options: terms.qr ?? {},
    valid_from: dateOf(terms.validFrom) ?? null,
    expires_at: dateOf(terms.expiresAt) ?? null,
    request_id: currentOrigin().requestId ?? null,
  })
  if (!batch) return requireSameRequest(await findBatch(sql, terms.batchId), terms)
  const totalCount = await insertItems(batch.id)
  await setTotalCount(sql, batch.id, totalCount)
  const preparedIds = await prepareFew(clients, batch, totalCount)
  await completeJob(sql, batch.id)
  return { batch: (await findBatch(sql, terms.batchId)) ?? batch, preparedIds }
}

function requireSameRequest(batch: BatchRow | undefined, { batchId, requestHash }: BatchTerms): WrittenBatch {
  if (batch?.request_hash === requestHash) return { batch, preparedIds: [] }
  throw new BatchConflictError(batchId)
}
