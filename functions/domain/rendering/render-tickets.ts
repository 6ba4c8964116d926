import { StorageUnavailableError } from '../../aws/ticket-storage.ts'
import type { Branding } from '../../contract/schemas/branding.ts'
import type { Chunk, RenderedItem } from '../../contract/schemas/render.ts'
import type { TicketWarning } from '../../contract/ticket-warnings.ts'
import type { Sql } from '../../database/client.ts'
import * as logs from '../../database/generation-logs.ts'
import { completeJob } from '../../database/jobs.ts'
import { markItemsWithOrphans } from '../../database/orphaned-objects.ts'
import type { TicketGenerationError } from '../../errors.ts'
import type { Printer, TicketDocument } from '../../print/printer.ts'
import type { PrintedTicket } from '../../print/split.ts'
import type { Clients } from '../clients.ts'
import { PdfTooLargeError } from '../errors.ts'
import { loadBrandings } from '../events/load-branding.ts'
import { fillTicket } from './fill-ticket.ts'
import { loadVersions, type Version } from './load-versions.ts'
import { type Failure, failItem, printItems, type Stage } from './print-items.ts'

/** The clients and limits of printing tickets. `maxFileSize` is in bytes. */
export interface RenderClients extends Clients<'sql' | 'storage'> {
  printer: Printer
  maxFileSize: number
  deadlineMs: number
}

/**
 * The result of printing items of a job. With `postponed`, some could not be stored for that reason: they
 * stay pending, and the call must be repeated.
 */
export interface RenderReport {
  eventId: number
  templateId: number
  items: RenderedItem[]
  durationMs: number
  pdfBytes: number[]
  stageMs: Record<'load' | 'fill' | 'dom' | 'print' | 'split' | 'store' | 'settle', number>
  postponed?: TicketGenerationError
}

/** A stored ticket. */
interface StoredTicket {
  key: string
  pdfBytes: number
  warnings: TicketWarning[]
}

type Postponed = { item: logs.PendingItem; postponed: TicketGenerationError }

/**
 * Prints the pending items of a job, stores each PDF, and settles each item individually. Idempotent: settled
 * items are not printed again. `isRepeated` marks a call after an interrupted one, which may have left
 * orphans.
 * @throws BrowserUnavailableError, or a PostgreSQL error: the items stay pending.
 */
export async function renderTickets(clients: RenderClients, job: Chunk & { isRepeated?: boolean }): Promise<RenderReport> {
  const startedAt = performance.now()
  const lap = startLaps(startedAt)
  if (job.isRepeated) await markItemsWithOrphans(clients.sql, job.itemIds)
  const items = await logs.findPendingItems(clients.sql, job.jobId, job.itemIds)
  const [first] = items
  if (!first) return nothingToPrint
  const versionOf = await loadVersions(clients.sql, items)
  const brandingOf = await loadBrandings(clients.sql, items)
  const load = lap()
  const filled = await Promise.all(items.map((item) => fillItem(item, versionOf, brandingOf)))
  const fill = lap()
  const { printed, ...printStages } = await printItems(clients, filled)
  lap()
  const stages = await Promise.all(printed.map((stage) => storeItem(clients, stage)))
  const store = lap()
  const stored = stages.flatMap((stage) => ('key' in stage ? [stage] : []))
  const failed = stages.flatMap((stage) => ('error' in stage ? [failedItem(stage)] : []))
  const postponed = stages.find((stage) => 'postponed' in stage)?.postponed
  const durationMs = performance.now() - startedAt
  await settleItems(clients.sql, job.jobId, { generated: stored.map((stage) => generatedItem(stage, durationMs)), failed })
  const settle = lap()
  return {
    eventId: first.event_id,
    templateId: first.template_id,
    items: [
      ...stored.map(({ item, warnings }) => ({ itemId: item.item_id, status: 'generated' as const, warnings })),
      ...failed.map((item) => ({ status: 'failed' as const, ...item })),
    ],
    durationMs: performance.now() - startedAt,
    pdfBytes: stored.map(({ pdfBytes }) => pdfBytes),
    stageMs: { load, fill, ...printStages, store, settle },
    ...(postponed ? { postponed } : {}),
  }
}

/** Returns a function that measures the milliseconds since its last call. */
function startLaps(startedAt: number): () => number {
  let last = startedAt
  return () => {
    const before = last
    last = performance.now()
    return last - before
  }
}

const nothingToPrint: RenderReport = {
  eventId: 0,
  templateId: 0,
  items: [],
  durationMs: 0,
  pdfBytes: [],
  stageMs: { load: 0, fill: 0, dom: 0, print: 0, split: 0, store: 0, settle: 0 },
}

async function storeItem(
  { storage, maxFileSize }: RenderClients,
  stage: Stage<PrintedTicket>,
): Promise<Stage<StoredTicket> | Postponed> {
  if ('error' in stage) return stage
  const { item, pdf, warnings } = stage
  if (pdf.length > maxFileSize) return { item, error: new PdfTooLargeError(pdf.length, maxFileSize) }
  const owner = { eventId: item.event_id, ticketId: item.ticket_id, ticketCode: item.ticket_code }
  try {
    return { item, key: await storage.store(owner, pdf), pdfBytes: pdf.length, warnings }
  } catch (error) {
    // The other items of the chunk need not be printed again.
    if (error instanceof StorageUnavailableError) return { item, postponed: error }
    throw error
  }
}

async function settleItems(
  sql: Sql,
  jobId: number,
  { generated, failed }: { generated: logs.GeneratedItem[]; failed: logs.FailedItem[] },
): Promise<void> {
  await sql.begin(async (transaction) => {
    // Pipelined: PostgreSQL runs them in order.
    await Promise.all([
      generated.length > 0 ? logs.settleGenerated(transaction, generated) : undefined,
      failed.length > 0 ? logs.settleFailed(transaction, failed) : undefined,
      completeJob(transaction, jobId),
    ])
  })
}

function generatedItem(stage: { item: logs.PendingItem } & StoredTicket, durationMs: number): logs.GeneratedItem {
  const { item, key, pdfBytes, warnings } = stage
  return {
    itemId: item.item_id,
    key,
    facts: item.facts,
    pdfBytes,
    generatedAt: item.accepted_at,
    details: { durationMs: Math.round(durationMs), pdfBytes, ...(warnings.length > 0 ? { warnings } : {}) },
  }
}

function failedItem({ item, error }: Failure): logs.FailedItem {
  return { itemId: item.item_id, code: error.code, message: error.message, details: error.details }
}

/**
 * Fills an item's ticket. Any error is the item's own: others have another guest, perhaps another template.
 */
async function fillItem(
  item: logs.PendingItem,
  versionOf: (item: logs.PendingItem) => Version,
  brandingOf: (item: logs.PendingItem) => Branding | null,
): Promise<Stage<{ document: TicketDocument }>> {
  try {
    return { item, document: await fillTicket(versionOf(item), item, brandingOf(item)) }
  } catch (error) {
    return failItem(item, error, `The ticket cannot be filled: ${error instanceof Error ? error.message : String(error)}`)
  }
}
