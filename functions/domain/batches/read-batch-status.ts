import type * as z from 'zod'
import type { pageQuery } from '../../contract/schemas/requests.ts'
import { type BatchItem, countItems, listItems, measureThroughput } from '../../database/batch-progress.ts'
import type { Queryable } from '../../database/client.ts'
import { type BatchRow, findBatch } from '../../database/jobs.ts'
import type { GuestLinks } from '../../trust/guest-links.ts'
import type { Clients } from '../clients.ts'
import { BatchNotFoundError } from '../errors.ts'

/**
 * Reads the progress of a batch and one page of its tickets, in the order of the request; a superseded ticket
 * is replaced by its successor, and a revoked one has no PDF. @throws BatchNotFoundError when no batch has
 * this id.
 */
export async function readBatchStatus(
  { sql, links }: Clients<'sql' | 'links'>,
  batchId: string,
  page: z.output<typeof pageQuery>,
) {
  const batch = await requireBatch(sql, batchId)
  const [counts, items, estimate] = await Promise.all([
    countItems(sql, batch.id),
    listItems(sql, batch.id, { after: page.cursor ?? 0, limit: page.limit + 1 }),
    batch.completed_at ? null : estimateCompletion(sql, batch.id),
  ])
  const shown = items.slice(0, page.limit)
  return {
    batchId,
    jobId: batch.id,
    eventId: batch.event_id,
    status: batch.status,
    totalCount: batch.total_count,
    processedCount: counts.generated + counts.failed,
    generatedCount: counts.generated,
    failedCount: counts.failed,
    cancelledCount: counts.cancelled,
    startedAt: batch.created_at.toISOString(),
    completedAt: batch.completed_at?.toISOString() ?? null,
    estimatedCompletion: estimate?.toISOString() ?? null,
    tickets: shown.map((item) => describe(links, item)),
    nextCursor: items.length > page.limit ? String(shown.at(-1)?.id) : null,
  }
}

/** Reads a batch. @throws BatchNotFoundError when no batch has this id. */
export async function requireBatch(sql: Queryable, batchId: string): Promise<BatchRow> {
  const batch = await findBatch(sql, batchId)
  if (!batch) throw new BatchNotFoundError(batchId)
  return batch
}

function describe(links: GuestLinks, item: BatchItem) {
  const isFetchable = item.pdf_file_path !== null && item.revoked_at === null
  return {
    ticketId: item.ticket_id,
    ticketCode: item.ticket_code,
    guestId: item.guest_id,
    firstName: item.first_name,
    lastName: item.last_name,
    status: item.status,
    revokedAt: item.revoked_at?.toISOString() ?? null,
    pdfUrl: item.ticket_id && isFetchable ? links.make('pdf', item.ticket_id) : null,
    outdated: item.outdated,
    error: item.status === 'failed' ? failureOf(item) : null,
    warnings: item.details.warnings ?? [],
  }
}

function failureOf({ message, details: { code = 'INTERNAL_ERROR', details = [] } }: BatchItem) {
  return { code, message: message ?? '', details }
}

// The rate of one warm renderer on a slow core, assumed until the service has measured its own.
const unmeasuredTicketsPerSecond = 50

/** Estimates when a job will be done, from the recent throughput and the tickets queued before its end. */
export async function estimateCompletion(sql: Queryable, jobId: number): Promise<Date> {
  const { ticketsPerSecond, waitingBefore } = await measureThroughput(sql, jobId)
  return new Date(Date.now() + (waitingBefore / (ticketsPerSecond ?? unmeasuredTicketsPerSecond)) * 1000)
}
