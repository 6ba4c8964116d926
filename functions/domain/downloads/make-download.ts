import { Readable } from 'node:stream'
import { StorageUnavailableError, type TicketStorage } from '../../aws/ticket-storage.ts'
import { downloadProgressMs } from '../../contract/retries.ts'
import type { DownloadRequest } from '../../contract/schemas/download.ts'
import * as downloads from '../../database/batch-downloads.ts'
import { type BatchDetails, findBatchDetails } from '../../database/jobs.ts'
import { isDatabaseUnavailable } from '../../database/unavailable.ts'
import { combinePdfs } from '../../pdf/combine-pdfs.ts'
import { DamagedPdfError } from '../../pdf/print-file.ts'
import { imposeSheets, SheetTooSmallError } from '../../print/sheets/impose-sheets.ts'
import type { Clients } from '../clients.ts'
import { downloadHeaders, downloadKey } from './download-batch.ts'
import { zipFiles } from './zip-files.ts'

/**
 * The outcome of a download: `outdated` if it was already made, or a newer attempt replaced this one.
 * `failure` is the message for the caller, `error` its cause for the log.
 */
export type DownloadOutcome = 'made' | 'outdated' | { failure: string; error: unknown }

/**
 * Streams a file of all tickets of a batch to storage. Idempotent: a crash leaves no partial file, and the
 * next request starts again; a permanent fault settles the attempt as failed.
 * @throws StorageUnavailableError, or a PostgreSQL error: transient faults to retry.
 */
export async function makeDownload(
  clients: Clients<'sql' | 'storage'>,
  { jobId, format, attempt }: DownloadRequest,
): Promise<DownloadOutcome> {
  const { sql, storage } = clients
  const attemptKey: downloads.DownloadAttempt = { job_id: jobId, format, attempt }
  const [batch, files] = await Promise.all([findBatchDetails(sql, jobId), downloads.listDownloadedFiles(sql, jobId)])
  if (!batch || !(await downloads.recordProgress(sql, attemptKey, 0))) return 'outdated'
  try {
    const entries = reportProgress(readAhead(storage, files), (doneCount) => downloads.recordProgress(sql, attemptKey, doneCount))
    const content = format === 'pdf' ? Readable.from(combine(batch, entries)) : zipFiles(entries, batch.created_at)
    await storage.storeStream(downloadKey(batch, files, format), content, downloadHeaders(batch, format))
    await downloads.settleDownload(sql, attemptKey, null)
    return 'made'
  } catch (error) {
    if (error instanceof OutdatedError) return 'outdated'
    if (error instanceof StorageUnavailableError || isDatabaseUnavailable(error)) throw error
    const failure = isExplained(error) ? error.message : unknownFailure
    await downloads.settleDownload(sql, attemptKey, failure)
    return { failure, error }
  }
}

/** Combines tickets into one PDF, page by page or imposed on sheets, as their template specifies. */
async function* combine(batch: BatchDetails, entries: AsyncIterable<Entry>): AsyncGenerator<Buffer> {
  let last: Entry | undefined
  async function* readTickets(): AsyncGenerator<Uint8Array> {
    for await (last of entries) yield last.content
  }
  const parts = batch.sheet ? imposeSheets(readTickets(), batch.sheet) : readTickets()
  try {
    yield* combinePdfs(parts, { title: `${batch.event_title} – ${batch.batch_id}`, createdAt: batch.created_at })
  } catch (error) {
    throw last && error instanceof DamagedPdfError ? new UnusableFileError(last.ticketCode, 'is damaged', error) : error
  }
}

const unknownFailure = "The tickets of this batch could not be combined into one file. The service's log has the cause."

/** Recognises errors with a message for the caller: an unusable file, or tickets larger than their sheet. */
function isExplained(error: unknown): error is Error {
  return error instanceof UnusableFileError || error instanceof SheetTooSmallError
}

/** Thrown when a newer attempt has replaced this one. */
class OutdatedError extends Error {}

/** Thrown when a ticket's file is no longer stored, or damaged. */
class UnusableFileError extends Error {
  constructor(ticketCode: string, problem: string, cause?: unknown) {
    super(`The file of ticket ${ticketCode} ${problem}. Generate the ticket again.`, { cause })
  }
}

interface Entry {
  ticketCode: string
  name: string
  content: Uint8Array
}

/** The number of files read concurrently: the S3 client opens at most 50 connections. */
const readAheadCount = 48

/** Reads files in order, with `readAheadCount` of them in progress. */
async function* readAhead(storage: TicketStorage, files: downloads.DownloadedFile[]): AsyncGenerator<Entry> {
  const digits = String(files.length).length
  const read = async ({ ticket_code: ticketCode, pdf_file_path }: downloads.DownloadedFile, index: number) => {
    const content = await storage.read(pdf_file_path)
    if (!content) throw new UnusableFileError(ticketCode, 'is no longer stored')
    return { ticketCode, name: `${String(index + 1).padStart(digits, '0')}-${ticketCode}.pdf`, content }
  }
  const reading: Promise<Entry>[] = []
  for (const [index, file] of files.entries()) {
    const entry = read(file, index)
    // Awaited in its turn; an earlier rejection must not end the process.
    entry.catch(() => undefined)
    reading.push(entry)
    const next = reading.length >= readAheadCount ? reading.shift() : undefined
    if (next) yield await next
  }
  for (const entry of reading) yield await entry
}

/** Passes entries on and reports their count about once a second. */
async function* reportProgress(
  entries: AsyncIterable<Entry>,
  report: (count: number) => Promise<unknown>,
): AsyncGenerator<Entry> {
  let count = 0
  let dueAt = performance.now() + downloadProgressMs
  for await (const entry of entries) {
    yield entry
    count += 1
    if (performance.now() < dueAt) continue
    if (!(await report(count))) throw new OutdatedError()
    dueAt = performance.now() + downloadProgressMs
  }
}
