import { randomUUID } from 'node:crypto'
import type * as z from 'zod'
import type { RenderQueue } from '../../aws/render-queue.ts'
import type { TicketEvents } from '../../aws/ticket-events.ts'
import type { batchRequest } from '../../contract/schemas/requests.ts'
import type { Queryable, Sql } from '../../database/client.ts'
import { type EventRow, findEvent } from '../../database/events.ts'
import type { FailedItem } from '../../database/generation-logs.ts'
import { type GuestRow, lockGuests, mergeGuests } from '../../database/guests.ts'
import { type BatchRow, completeJob, findBatch, insertBatch } from '../../database/jobs.ts'
import type { TemplateRow } from '../../database/templates.ts'
import type { TicketSigner } from '../../trust/ticket-signer.ts'
import { hashContent } from '../content-hash.ts'
import { BatchConflictError, EventNotFoundError, MissingDataError } from '../errors.ts'
import { type GuestData, guestOf, missingVariables, timeProblems } from '../guests/ticket-subject.ts'
import { findChosenVersion, findKeptVersions } from '../templates/choose-version.ts'
import { TemplateArchivedError } from '../templates/template-errors.ts'
import { dateOf, writeTickets } from '../tickets/write-tickets.ts'
import { estimateCompletion } from './estimate-completion.ts'
import { JobItemWriter } from './job-item-writer.ts'
import { leaveToSweeper } from './leave-to-sweeper.ts'
import { notifyCompleted } from './notify-completed.ts'
import { sendItems, sendPending } from './send-chunks.ts'

type Request = z.output<typeof batchRequest>

/** Is what accepting a batch needs. */
export interface BatchClients {
  sql: Sql
  signer: TicketSigner
  queues: RenderQueue
  topic: TicketEvents
}

/**
 * Accepts a batch: writes job, items and tickets down in one transaction, then sends the chunks. The same batch id with the same
 * content answers the batch that exists, and sends what was not sent. A guest named twice counts once.
 * @throws EventNotFoundError, TemplateNotFoundError, TemplateArchivedError, BatchConflictError before anything is written.
 */
export async function acceptBatch(clients: BatchClients, request: Request) {
  const guests = new Map(
    request.guests?.map(({ guestId, data }) => [guestId, data ?? {}]) ?? request.guestIds?.map((guestId) => [guestId, {}]),
  )
  const { batch, newItemIds } = await clients.sql.begin((transaction) =>
    writeBatch({ ...clients, sql: transaction }, request, guests),
  )
  const begin = () => (newItemIds ? sendItems(clients, batch, newItemIds) : sendPending(clients, batch))
  const begun = batch.completed_at ? notifyCompleted(clients, batch.id) : begin()
  const [completion] = await Promise.all([
    batch.completed_at ?? estimateCompletion(clients.sql, batch.id),
    begun.catch(leaveToSweeper),
  ])
  return {
    batchId: batch.batch_id,
    jobId: batch.id,
    totalCount: batch.total_count,
    status: batch.status,
    estimatedCompletion: completion.toISOString(),
  }
}

type Transaction = { sql: Queryable; signer: TicketSigner }

/** Is a batch that is written down; one that was so before has no new items. The ids are of those that are pending, in order. */
interface WrittenBatch {
  batch: BatchRow
  newItemIds?: number[]
}

async function writeBatch(clients: Transaction, request: Request, guests: Map<number, GuestData>): Promise<WrittenBatch> {
  const { sql } = clients
  const batchId = request.options.batchId ?? `batch-${randomUUID()}`
  const requestHash = hashContent({
    ...request,
    options: { ...request.options, batchId },
    guestIds: undefined,
    guests: [...guests].sort(byId),
  })
  const known = await findBatch(sql, batchId)
  if (known) return sameContent(known, requestHash)
  const event = await findEvent(sql, request.eventId)
  if (!event) throw new EventNotFoundError(request.eventId)
  const template = await findChosenVersion(sql, request)
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
  if (!batch) return sameContent(await findBatch(sql, batchId), requestHash)
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
  { sql, signer }: Transaction,
  { request, guests, batch, event, template }: BatchContent,
): Promise<number[]> {
  const inOrder = [...guests].sort(byId)
  const ids = inOrder.map(([guestId]) => guestId)
  const registered = await lockGuests(sql, event.id, ids)
  const given = inOrder.filter(([, data]) => Object.keys(data).length > 0)
  const changes = given.map(([guestId, data]) => guestOf(guestId, data, event))
  // All are locked in one order first, so that two batches at once do not wait for each other in a circle.
  if (changes.length > 0) await mergeGuests(sql, changes)
  const rows = changes.length > 0 ? await lockGuests(sql, event.id, ids) : registered
  const known = new Map(rows.map((row) => [row.id, row]))
  const keptVersions = await findKeptVersions(sql, request, ids)
  const failures = new Map(
    ids.flatMap((guestId) =>
      failureOf({ guestId, guest: known.get(guestId), event, template: keptVersions.get(guestId) ?? template }),
    ),
  )
  const line = new JobItemWriter(sql, { jobId: batch.id, guestIds: [...guests.keys()], failures })
  const order = {
    jobId: batch.id,
    eventId: event.id,
    templateId: template.id,
    templateVersion: template.version,
    keptVersions,
    qr: request.options.qr,
    expiresAt: batch.expires_at ?? undefined,
    onWritten: (tickets: Map<number, number>) => line.add(tickets),
  }
  await writeTickets(
    { sql, signer },
    order,
    rows.map(({ id }) => id).filter((id) => !failures.has(id)),
  )
  return await line.end()
}

/** Finds what makes a guest's ticket impossible before anything is printed; nothing where it is possible. */
export function failureOf(subject: {
  guestId: number
  guest: GuestRow | undefined
  event: EventRow
  template: TemplateRow
}): [number, Omit<FailedItem, 'itemId'>][] {
  const { guestId, guest, event, template } = subject
  if (!guest) {
    const message = `Guest ${guestId} is not registered for event ${event.id}.`
    return [[guestId, { code: 'GUEST_NOT_FOUND', message, details: [] }]]
  }
  const wrong = timeProblems(guest)
  if (wrong.length > 0)
    return [[guestId, { code: 'VALIDATION_FAILED', message: `Times of guest ${guestId} are not in order.`, details: wrong }]]
  const missing = missingVariables(template, event, guest)
  if (missing.length === 0) return []
  const { code, message, details } = new MissingDataError(missing)
  return [[guestId, { code, message, details }]]
}

function sameContent(batch: BatchRow | undefined, requestHash: string): WrittenBatch {
  if (batch?.request_hash === requestHash) return { batch }
  throw new BatchConflictError(batch?.batch_id ?? '')
}

function byId([one]: [number, unknown], [other]: [number, unknown]): number {
  return one - other
}
