import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { workers } from '../contract/functions.ts'
import {
  type Chunk,
  type RenderAnswer,
  type RenderedItem,
  type RenderRequest,
  renderRequest,
} from '../contract/schemas/render.ts'
import { drawTicket } from '../domain/rendering/draw-ticket.ts'
import { type RenderReport, renderTickets } from '../domain/rendering/render-tickets.ts'
import { findMachineFault } from '../print/chromium/machine-fault.ts'
import { openClients } from '../runtime/clients.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { toServiceError } from '../runtime/service-error.ts'
import { handleChunks } from '../runtime/sqs-batch.ts'
import { emitMetrics, logger, reportFault } from '../runtime/telemetry.ts'
import { traceInvocation } from '../runtime/tracing.ts'
import { startPrinter } from './start-printer.ts'

const { uses, timeoutSeconds, variables } = workers['render-now']
const environment = readEnvironment(variables)
const printer = await startPrinter({
  onFallback: ({ document: { templateKey }, code, reason }) =>
    logger.warn('Tickets are printed alone', { templateKey, code, reason }),
})
const clients = {
  ...(await openClients(uses, timeoutSeconds)),
  printer,
  maxFileSize: environment.MAX_FILE_SIZE,
  deadlineMs: environment.RENDER_DEADLINE_SECONDS * 1000,
}

/**
 * Prints the chunks of an SQS event, reporting failed ones; the items of a job for a caller who waits; a
 * picture of a ticket; or a blank page as a health check. @throws ZodError when the event is none of these.
 */
export async function handler(event: unknown): Promise<RenderAnswer | SQSBatchResponse> {
  const restarts = printer.restarts
  try {
    return isSqsEvent(event)
      ? await handleChunks(event, printReceived, { isLastStop: false })
      : await traceInvocation('render', event, (request) => answer(renderRequest.parse(request)))
  } finally {
    emitMetrics([['browser_restarts_total', Array.from({ length: printer.restarts - restarts }, () => 1)]])
  }
}

async function answer(request: RenderRequest): Promise<RenderAnswer> {
  try {
    if ('jobId' in request) return { outcome: 'settled', items: await print(request) }
    if ('picture' in request) return await drawTicket(clients, request.picture)
    await printer.probe()
    const fault = await findMachineFault()
    if (fault) throw fault
    return { outcome: 'working' }
  } catch (error) {
    const fault = toServiceError(error)
    const { code, message, details, status } = fault
    if (status < 500) return { outcome: 'refused', code, message, details }
    reportFault(fault, error)
    return { outcome: 'unavailable', code, message }
  }
}

async function printReceived(chunk: Chunk, receiveCount: number): Promise<void> {
  await print({ ...chunk, isRepeated: receiveCount > 1 })
}

async function print(chunk: Chunk & { isRepeated?: boolean }): Promise<RenderedItem[]> {
  const report = await renderTickets(clients, chunk)
  reportPrint(chunk.jobId, report)
  if (report.postponed) throw report.postponed
  return report.items
}

function isSqsEvent(event: unknown): event is SQSEvent {
  return typeof event === 'object' && event !== null && 'Records' in event
}

/** Closes the browser, so that the process can end. */
export async function close(): Promise<void> {
  await printer.close()
}

function reportPrint(jobId: number, { eventId, templateId, items, durationMs, pdfBytes, stageMs }: RenderReport): void {
  const template = { template_id: String(templateId) }
  const labels = { ...template, event_id: String(eventId) }
  const failed = items.filter((item) => item.status === 'failed')
  const generatedCount = items.length - failed.length
  for (const { itemId, code } of failed) logger.warn('Ticket failed', { jobId, itemId, code })
  if (failed.length > 0) emitMetrics([['tickets_generated_total', [failed.length]]], { ...labels, status: 'failed' })
  if (generatedCount === 0) return
  reportWarnings(jobId, items, template)
  const mean = (ms: number) => [ms / 1000 / items.length]
  emitMetrics([['tickets_generated_total', [generatedCount]]], { ...labels, status: 'generated' })
  emitMetrics(
    [
      ['ticket_generation_duration_seconds', items.map(() => durationMs / 1000)],
      ['ticket_pdf_bytes', pdfBytes],
      ['ticket_stage_load_seconds', mean(stageMs.load)],
      ['ticket_stage_fill_seconds', mean(stageMs.fill)],
      ['ticket_stage_dom_seconds', mean(stageMs.dom)],
      ['ticket_stage_print_seconds', mean(stageMs.print)],
      ['ticket_stage_split_seconds', mean(stageMs.split)],
      ['ticket_stage_store_seconds', mean(stageMs.store)],
      ['ticket_stage_settle_seconds', mean(stageMs.settle)],
    ],
    template,
  )
  logger.info('Tickets generated', { jobId, count: generatedCount, generationTime: Math.round(durationMs) })
}

/** Logs and counts tickets printed with warnings, by ids and codes, never by their texts. */
function reportWarnings(jobId: number, items: RenderedItem[], template: { template_id: string }): void {
  const counts = new Map<string, number>()
  for (const item of items) {
    if (item.status !== 'generated' || item.warnings.length === 0) continue
    logger.warn('Ticket printed with warnings', { jobId, itemId: item.itemId, warnings: item.warnings })
    for (const { code } of item.warnings) counts.set(code, (counts.get(code) ?? 0) + 1)
  }
  for (const [code, count] of counts) emitMetrics([['ticket_warnings_total', [count]]], { ...template, code })
}
