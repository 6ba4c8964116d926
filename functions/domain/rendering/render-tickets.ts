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
  stageMs: Record<Stages, number>
  postponed?: TicketGenerationError
}

/** The stages whose time is measured. */
export type Stages = 'load' | 'fill' | 'dom' | 'print' | 'split' | 'store' | 'settle'

/** A stored ticket. */
interface StoredTicket {
  key: string
  pdfBytes: number
  warnings: TicketWarning[]
}

type Postponed = { item: logs.PendingItem; postponed: TicketGenerationError }

/**
 * Prints the pending items of a job, stores each PDF, and settles each item by itself. Idempotent: settled
 * items are not printed again. `isRepeated` marks a call after an interrupted one, which may have left
 * orphans.
 * @throws BrowserUnavailableError, or a PostgreSQL error: the items stay pending.
 */
export async function renderTickets(clients: RenderClients, job: Chunk & { isRepeated?: boolean }): Promise<RenderReport> {
  const times = [performance.now()]
  const lap = <T>(result: T): T => {
    times.push(performance.now())
    return result
  }
  if (job.isRepeated) await markItemsWithOrphans(clients.sql, job.itemIds)
  const items = await logs.findPendingItems(clients.sql, job.jobId, job.itemIds)
  const [first] = items
  if (!first) return nothingToPrint
  const versionOf = await loadVersions(clients.sql, items)
  const brandingOf = lap(await loadBrandings(clients.sql, items))
  const filled = lap(await Promise.all(items.map((item) => fill(item, versionOf, brandingOf))))
  const { printed, dom, print, split } = lap(await printItems(clients, filled))
  const stages = lap(await Promise.all(printed.map((stage) => store(clients, stage))))
  const stored = stages.flatMap((stage) => ('postponed' in stage ? [] : [stage]))
  const postponed = stages.find((stage) => 'postponed' in stage)?.postponed
  const [start = 0, loaded = 0, full = 0, done = 0, kept = 0] = times
  lap(await settle(clients.sql, job.jobId, { stored, durationMs: kept - start }))
  const settled = times.at(-1) ?? kept
  return {
    eventId: first.event_id,
    templateId: first.template_id,
    items: stored.map(describe),
    durationMs: settled - start,
    pdfBytes: stored.flatMap((stage) => ('error' in stage ? [] : stage.pdfBytes)),
    stageMs: { load: loaded - start, fill: full - loaded, dom, print, split, store: kept - done, settle: settled - kept },
    ...(postponed ? { postponed } : {}),
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

async function store(
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

async function settle(
  sql: Sql,
  jobId: number,
  { stored, durationMs }: { stored: Stage<StoredTicket>[]; durationMs: number },
): Promise<void> {
  const generated = stored.flatMap((stage) => ('error' in stage ? [] : [generatedItem(stage, durationMs)]))
  const failed = stored.flatMap((stage) => ('error' in stage ? [failedItem(stage)] : []))
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

function describe(stage: Stage<StoredTicket>): RenderedItem {
  if ('error' in stage) return { status: 'failed', ...failedItem(stage) }
  return { itemId: stage.item.item_id, status: 'generated', warnings: stage.warnings }
}

/**
 * Fills an item's ticket. Any error is the item's own: others have another guest, perhaps another template.
 */
async function fill(
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
