import { Readable } from 'node:stream'
import { StorageUnavailableError, type TicketStorage } from '../../aws/ticket-storage.ts'
import { downloadProgressMs } from '../../contract/retries.ts'
import type { DownloadRequest } from '../../contract/schemas/download.ts'
import {
  type DownloadAttempt,
  type DownloadedFile,
  listDownloadedFiles,
  recordProgress,
  settleDownload,
} from '../../database/batch-downloads.ts'
import type { Sql } from '../../database/client.ts'
import { type BatchDetails, findBatchDetails } from '../../database/jobs.ts'
import { isDatabaseUnavailable } from '../../database/unavailable.ts'
import { combinePdfs } from '../../pdf/combine-pdfs.ts'
import { imposeSheets, SheetTooSmallError } from '../../print/sheets/impose-sheets.ts'
import { downloadHeaders, downloadKey } from './download-batch.ts'
import { zipFiles } from './zip-files.ts'

/**
 * The outcome of building a download: `outdated` where a newer attempt replaced it, or it was already made.
 * `failure` is the message for the caller, `error` its cause for the log.
 */
export type DownloadOutcome = 'made' | 'outdated' | { failure: string; error: unknown }

/**
 * Builds a file of all tickets of a batch and streams it to storage, so that it is never held in memory.
 * Idempotent. A crash leaves no partial file behind, and the next request starts again. A permanent fault
 * settles the attempt as failed.
 * @throws StorageUnavailableError, or a PostgreSQL error when it is unavailable: transient faults to retry.
 */
export async function makeDownload(
  clients: { sql: Sql; storage: TicketStorage },
  { jobId, format, attempt }: DownloadRequest,
): Promise<DownloadOutcome> {
  const { sql, storage } = clients
  const attemptKey: DownloadAttempt = { job_id: jobId, format, attempt }
  const [batch, files] = await Promise.all([findBatchDetails(sql, jobId), listDownloadedFiles(sql, jobId)])
  if (!batch || !(await recordProgress(sql, attemptKey, 0))) return 'outdated'
  try {
    const entries = reportProgress(readAhead(storage, files), (doneCount) => recordProgress(sql, attemptKey, doneCount))
    const content = format === 'pdf' ? combine(batch, contentsOf(entries)) : zipFiles(entries, batch.created_at)
    await storage.storeStream(downloadKey(batch, files, format), content, downloadHeaders(batch, format))
    await settleDownload(sql, attemptKey, null)
    return 'made'
  } catch (error) {
    if (error instanceof OutdatedError) return 'outdated'
    if (error instanceof StorageUnavailableError || isDatabaseUnavailable(error)) throw error
    const failure = isExplained(error) ? error.message : unknownFailure
    await settleDownload(sql, attemptKey, failure)
    return { failure, error }
  }
}

/** Combines tickets into one PDF, page by page or imposed on sheets, as their template says. */
function combine(batch: BatchDetails, tickets: AsyncIterable<Uint8Array>): Readable {
  const parts = batch.sheet ? imposeSheets(tickets, batch.sheet) : tickets
  const about = { title: `${batch.event_title} – ${batch.batch_id}`, createdAt: batch.created_at }
  return Readable.from(combinePdfs(parts, about))
}

const unknownFailure = "The tickets of this batch could not be combined into one file. The service's log has the cause."

/** Recognises errors with a message for the caller: a missing file, or tickets larger than their sheet. */
function isExplained(error: unknown): error is Error {
  return error instanceof FileGoneError || error instanceof SheetTooSmallError
}

/** Thrown when a newer attempt has replaced this one. */
class OutdatedError extends Error {}

/** Thrown when a ticket's file is no longer stored. */
class FileGoneError extends Error {
  constructor({ ticket_code }: DownloadedFile) {
    super(`The file of ticket ${ticket_code} is no longer stored. Generate the ticket again.`)
  }
}

interface Entry {
  name: string
  content: Uint8Array
}

const readAheadCount = 24

/** Reads files in order, some of them ahead. */
async function* readAhead(storage: TicketStorage, files: DownloadedFile[]): AsyncGenerator<Entry> {
  const digits = String(files.length).length
  const read = async (file: DownloadedFile, index: number) => {
    const content = await storage.read(file.pdf_file_path)
    if (!content) throw new FileGoneError(file)
    return { name: `${String(index + 1).padStart(digits, '0')}-${file.ticket_code}.pdf`, content }
  }
  const reading: Promise<Entry>[] = []
  for (const [index, file] of files.entries()) {
    const entry = read(file, index)
    // It is awaited in its turn; until then, a rejection must not end the process.
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

async function* contentsOf(entries: AsyncIterable<Entry>): AsyncGenerator<Uint8Array> {
  for await (const { content } of entries) yield content
}
