import { randomUUID } from 'node:crypto'
import type * as z from 'zod'
import type { batchRequest } from '../../contract/schemas/requests.ts'
import { type EventRow, findEvent } from '../../database/events.ts'
import { lockGuests, mergeGuests } from '../../database/guests.ts'
import { type BatchRow, completeJob, findBatch, insertBatch } from '../../database/jobs.ts'
import type { TemplateRow } from '../../database/templates.ts'
import type { Clients, SigningTransaction } from '../clients.ts'
import { hashContent } from '../content-hash.ts'
import { BatchConflictError, EventNotFoundError, TemplateArchivedError } from '../errors.ts'
import { type GuestData, guestOf } from '../guests/ticket-subject.ts'
import { findVersion } from '../templates/choose-version.ts'
import { dateOf, writeTickets } from '../tickets/write-tickets.ts'
import { assessGuests, orderOf } from './assess-guests.ts'
import { JobItemWriter } from './job-item-writer.ts'
import { notifyCompleted } from './notify-completed.ts'
import { estimateCompletion } from './read-batch-status.ts'
import { deferToSweeper, sendItems, sendPending } from './send-chunks.ts'

type Request = z.output<typeof batchRequest>

/**
 * Accepts a batch: writes job, items and tickets in one transaction, then queues the chunks. Idempotent by
 * batch id; a guest listed twice counts once.
 * @throws EventNotFoundError, TemplateNotFoundError, TemplateArchivedError, BatchConflictError.
 */
export async function acceptBatch(clients: Clients<'sql' | 'signer' | 'queues' | 'topic'>, request: Request) {
  const guests = new Map(
    request.guests?.map(({ guestId, data }) => [guestId, data ?? {}]) ?? request.guestIds?.map((guestId) => [guestId, {}]),
  )
  const { batch, newItemIds } = await clients.sql.begin((transaction) =>
    writeBatch({ ...clients, sql: transaction }, request, guests),
  )
  const send = () => (newItemIds ? sendItems(clients, batch, newItemIds) : sendPending(clients, batch))
  const sent = batch.completed_at ? notifyCompleted(clients, batch.id) : send()
  const [completion] = await Promise.all([
    batch.completed_at ?? estimateCompletion(clients.sql, batch.id),
    sent.catch(deferToSweeper),
  ])
  return {
    batchId: batch.batch_id,
    jobId: batch.id,
    totalCount: batch.total_count,
    status: batch.status,
    estimatedCompletion: completion.toISOString(),
  }
}

/** A batch with the ids of its pending items, in order; without `newItemIds` it existed already. */
interface WrittenBatch {
  batch: BatchRow
  newItemIds?: number[]
}

async function writeBatch(clients: SigningTransaction, request: Request, guests: Map<number, GuestData>): Promise<WrittenBatch> {
  const { sql } = clients
  const batchId = request.options.batchId ?? `batch-${randomUUID()}`
  const requestHash = hashContent({
    ...request,
    options: { ...request.options, batchId },
    guestIds: undefined,
    guests: [...guests].sort(byId),
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
    priority: request.options.priority,
    total_count: guests.size,
    qr_options: request.options.qr ?? {},
    expires_at: dateOf(request.options.expiresAt) ?? null,
  })
  if (!batch) return requireSameContent(await findBatch(sql, batchId), requestHash)
  const newItemIds = await writeItems(clients, { request, guests, batch, event, template })
  const isDone = await completeJob(sql, batch.id)
  return { batch: isDone ? ((await findBatch(sql, batchId)) ?? batch) : batch, newItemIds }
}

interface BatchContent {
  request: Request
  guests: Map<number, GuestData>
  batch: BatchRow
  event: EventRow
  template: TemplateRow
}

async function writeItems(
  { sql, signer }: SigningTransaction,
  { request, guests, batch, event, template }: BatchContent,
): Promise<number[]> {
  const inOrder = [...guests].sort(byId)
  const ids = inOrder.map(([guestId]) => guestId)
  const registered = await lockGuests(sql, event.id, ids)
  const given = inOrder.filter(([, data]) => Object.keys(data).length > 0)
  const changes = given.map(([guestId, data]) => guestOf(guestId, data, event))
  // The guests are already locked in id order: a consistent lock order prevents deadlock.
  if (changes.length > 0) await mergeGuests(sql, changes)
  const rows = changes.length > 0 ? await lockGuests(sql, event.id, ids) : registered
  const facts = { event, template, choice: request }
  const { keptVersions, failures, possible } = await assessGuests(sql, facts, { guestIds: ids, guests: rows })
  const writer = new JobItemWriter(sql, { jobId: batch.id, guestIds: [...guests.keys()], failures })
  const onWritten = (tickets: Map<number, number>) => writer.add(tickets)
  await writeTickets({ sql, signer }, { ...orderOf(batch), keptVersions, onWritten }, possible)
  return await writer.end()
}

function requireSameContent(batch: BatchRow | undefined, requestHash: string): WrittenBatch {
  if (batch?.request_hash === requestHash) return { batch }
  throw new BatchConflictError(batch?.batch_id ?? '')
}

function byId([one]: [number, unknown], [other]: [number, unknown]): number {
  return one - other
}
