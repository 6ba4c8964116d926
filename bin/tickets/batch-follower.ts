import { type BatchStatus, type BatchTicket, readStatus, readTickets, SettlingPages } from './batch-pages.ts'
import { pause } from './pause.ts'
import type { FolderReport, PdfFolder } from './pdf-folder.ts'
import type { Progress } from './progress-line.ts'
import type { Service } from './service.ts'

/** Is a batch that has ended: its counts, the tickets that were not generated, and what was fetched. */
export interface BatchOutcome {
  status: Omit<BatchStatus, 'tickets' | 'nextCursor'>
  unmade: BatchTicket[]
  folder: { path: string; report: FolderReport } | undefined
}

/** Is what following a batch needs. */
export interface Following {
  service: Service
  batchId: string
  folder: PdfFolder | undefined
  progress: Progress
  signal: AbortSignal
}

const firstPauseMs = 100
const longestPauseMs = 1000
const redrawMs = 250

/**
 * Follows a batch to its end, shows its progress, and fetches the PDFs while it goes on.
 * @throws ServiceRefusal, ServiceUnreachable, ForeignAnswer, FileNotWritten, Interrupted; the batch itself goes on.
 */
export async function followBatch(following: Following): Promise<BatchOutcome> {
  try {
    return await followToEnd(following)
  } catch (error) {
    following.folder?.giveUp(error)
    throw error
  }
}

async function followToEnd(following: Following): Promise<BatchOutcome> {
  const { service, batchId, folder } = following
  const ended = await pollUntilEnd(following)
  const unmade = await readUnmade(service, ended, folder)
  await waitForFiles(following, ended)
  const { tickets: _, nextCursor: __, ...status } = ended
  return { status: { ...status, batchId }, unmade, folder: folder && { path: folder.path, report: await folder.finish() } }
}

async function pollUntilEnd({ service, batchId, folder, progress, signal }: Following): Promise<BatchStatus> {
  const pages = folder && new SettlingPages(service, batchId)
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const status = pages
      ? await pages.read((tickets) => addPrinted(folder, tickets))
      : await readStatus(service, batchId, { limit: 1 })
    folder?.throwIfBroken()
    progress.show(progressOf(status, folder))
    if (status.status !== 'processing') return status
    await pause(pauseMs, signal)
  }
}

/** Reads all tickets once more where some were not generated, or where a file was missed because a ticket was retried meanwhile. */
async function readUnmade(service: Service, ended: BatchStatus, folder: PdfFolder | undefined): Promise<BatchTicket[]> {
  const missedFile = folder && folder.addedCount < ended.generatedCount
  if (ended.generatedCount === ended.totalCount && !missedFile) return []
  const unmade: BatchTicket[] = []
  for await (const ticket of readTickets(service, ended.batchId)) {
    if (ticket.status !== 'generated') unmade.push(ticket)
    else addPrinted(folder, [ticket])
  }
  return unmade
}

async function waitForFiles({ folder, progress }: Following, ended: BatchStatus): Promise<void> {
  if (!folder) return
  const ticker = setInterval(() => progress.show(progressOf(ended, folder)), redrawMs)
  try {
    await folder.finish()
    progress.show(progressOf(ended, folder))
  } finally {
    clearInterval(ticker)
  }
}

function addPrinted(folder: PdfFolder | undefined, tickets: readonly BatchTicket[]): void {
  for (const { status, ticketCode, pdfUrl } of tickets) {
    if (status === 'generated' && ticketCode && pdfUrl) folder?.add({ ticketCode, pdfUrl })
  }
}

function progressOf(status: BatchStatus, folder: PdfFolder | undefined) {
  return {
    done: status.processedCount + status.cancelledCount,
    total: status.totalCount,
    failed: status.failedCount,
    saved: folder && folder.report.savedCount + folder.report.skippedCount,
    estimatedCompletion: status.estimatedCompletion,
  }
}
