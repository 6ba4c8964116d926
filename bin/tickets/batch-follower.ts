import { type BatchStatus, type BatchTicket, readStatus, readTickets, SettlingPages, type TicketRun } from './batch-pages.ts'
import { ticketFileName } from './file-name.ts'
import { writeManifest } from './manifest.ts'
import { pause } from './pause.ts'
import type { FolderReport, PdfFolder } from './pdf-folder.ts'
import type { Progress } from './progress-line.ts'
import { findRevokedCodes } from './revoked-codes.ts'
import type { Service } from './service.ts'

/** A batch that has ended: its counts, the tickets that were not generated, and the downloads. */
export interface BatchOutcome {
  status: Omit<BatchStatus, 'tickets' | 'nextCursor'>
  notGenerated: BatchTicket[]
  folder: (FolderResult & { path: string; manifest: string | undefined }) | undefined
}

/**
 * The files of a folder, and the number of generated tickets without one: revoked, or reissued with a code
 * that is not printed yet.
 */
export interface FolderResult {
  report: FolderReport
  revokedCount: number
  unprintedCount: number
}

/** The folder of the PDFs, and the path of the CSV file that lists them. */
export interface Destination {
  folder: PdfFolder
  manifest: string | undefined
}

/** The batch to follow, and the means to do so. */
export interface Following {
  service: Service
  batchId: string
  destination: Destination | undefined
  progress: Progress
  signal: AbortSignal
}

const firstPauseMs = 100
const longestPauseMs = 1000
const redrawIntervalMs = 250

/**
 * Follows a batch to its end, shows its progress, and downloads each PDF once it is printed.
 * @throws ServiceRefusal, ServiceUnreachable, ForeignAnswer, FileNotWritten, Interrupted; the batch itself
 * continues.
 */
export async function followBatch(following: Following): Promise<BatchOutcome> {
  try {
    return await followToEnd(following)
  } catch (error) {
    following.destination?.folder.abort(error)
    throw error
  }
}

async function followToEnd(following: Following): Promise<BatchOutcome> {
  const ended = await pollUntilEnd(following)
  const tickets = await readAllTickets(following, ended)
  const { tickets: _, nextCursor: __, ...status } = ended
  return {
    status: { ...status, batchId: following.batchId },
    notGenerated: tickets.filter((ticket) => ticket.status !== 'generated'),
    folder: following.destination && (await finishFolder(following, following.destination, { ended, tickets })),
  }
}

async function pollUntilEnd({ service, batchId, destination, progress, signal }: Following): Promise<BatchStatus> {
  const folder = destination?.folder
  const pages = folder && new SettlingPages(service, batchId)
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const runs: TicketRun[] = []
    const status = pages ? await pages.read((run) => runs.push(run)) : await readStatus(service, batchId, { limit: 1 })
    for (const run of runs) addPrinted(folder, run, status.totalCount)
    folder?.throwIfAborted()
    progress.show(progressOf(status, folder))
    if (status.status !== 'processing') return status
    await pause(pauseMs, signal)
  }
}

/** Reads all tickets again if a manifest must list them, or if some were not generated or have no file. */
async function readAllTickets({ service, destination }: Following, ended: BatchStatus): Promise<BatchTicket[]> {
  const folder = destination?.folder
  const isComplete = !folder || folder.addedCount === ended.totalCount
  if (ended.generatedCount === ended.totalCount && isComplete && destination?.manifest === undefined) return []
  const all: BatchTicket[] = []
  for await (const run of readTickets(service, ended.batchId)) {
    all.push(...run.tickets)
    addPrinted(folder, run, ended.totalCount)
  }
  return all
}

type Ended = { ended: BatchStatus; tickets: readonly BatchTicket[] }

async function finishFolder({ service, progress }: Following, { folder, manifest }: Destination, { ended, tickets }: Ended) {
  const ticker = setInterval(() => progress.show(progressOf(ended, folder)), redrawIntervalMs)
  try {
    await folder.finish()
    progress.show(progressOf(ended, folder))
  } finally {
    clearInterval(ticker)
  }
  await folder.remove(await findRevokedCodes(service, ended.eventId, folder.otherCodes))
  if (manifest !== undefined) await writeManifest(manifest, tickets, folder)
  const missing = tickets.filter(({ status, pdfUrl }) => status === 'generated' && pdfUrl === null)
  const revokedCount = missing.filter(({ revokedAt }) => revokedAt !== null).length
  return { path: folder.path, manifest, report: folder.report, revokedCount, unprintedCount: missing.length - revokedCount }
}

function addPrinted(folder: PdfFolder | undefined, { first, tickets }: TicketRun, total: number): void {
  for (const [index, { status, ticketCode, pdfUrl, ...guest }] of tickets.entries()) {
    if (status !== 'generated' || !ticketCode || !pdfUrl) continue
    const fileName = ticketFileName({ ...guest, ticketCode, position: first + index + 1, total })
    folder?.add({ ticketCode, pdfUrl, fileName })
  }
}

function progressOf(status: BatchStatus, folder: PdfFolder | undefined) {
  const report = folder?.report
  return {
    done: status.processedCount + status.cancelledCount,
    total: status.totalCount,
    failed: status.failedCount,
    saved: report && report.savedCount + report.replacedCount + report.unchangedCount,
    estimatedCompletion: status.estimatedCompletion,
  }
}
