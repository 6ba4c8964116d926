import { Readable } from 'node:stream'
import { StorageUnavailableError, type TicketStorage } from '../../aws/ticket-storage.ts'
import { downloadProgressMs } from '../../contract/retries.ts'
import type { DownloadRequest } from '../../contract/schemas/download.ts'
import {
  type DownloadAttempt,
  type DownloadedFile,
  listDownloadedFiles,
  noteProgress,
  settleDownload,
} from '../../database/batch-downloads.ts'
import { isDatabaseUnavailable, type Sql } from '../../database/client.ts'
import { type BatchDetails, findBatchDetails } from '../../database/jobs.ts'
import { combinePdfs } from '../../pdf/combine-pdfs.ts'
import { imposeSheets, SheetTooSmallError } from '../../print/sheets/impose-sheets.ts'
import { downloadHeaders, downloadKey } from './download-batch.ts'
import { zipFiles } from './zip-files.ts'

/**
 * Tells what became of a download: `outdated` says that another attempt took its place, or that it was made before. A `failure` is what
 * the caller is told, with the error that it came from, for the log.
 */
export type DownloadOutcome = 'made' | 'outdated' | { failure: string; error: unknown }

/**
 * Makes a file of all tickets of a batch and stores it, piece by piece, so that it is never held in memory. Idempotent. A crash leaves
 * nothing that anybody would take for the file, and the next request for it begins anew. What would go wrong again settles it as failed.
 * @throws StorageUnavailableError, or PostgreSQL's own error when it does not answer: passing faults, to try again.
 */
export async function makeDownload(
  clients: { sql: Sql; storage: TicketStorage },
  { jobId, format, attempt }: DownloadRequest,
): Promise<DownloadOutcome> {
  const { sql, storage } = clients
  const mine: DownloadAttempt = { job_id: jobId, format, attempt }
  const [batch, files] = await Promise.all([findBatchDetails(sql, jobId), listDownloadedFiles(sql, jobId)])
  if (!batch || !(await noteProgress(sql, mine, 0))) return 'outdated'
  try {
    const entries = followed(readAhead(storage, files), (doneCount) => noteProgress(sql, mine, doneCount))
    const content = format === 'pdf' ? combine(batch, contentsOf(entries)) : zipFiles(entries, batch.created_at)
    await storage.storeStream(downloadKey(batch, files, format), content, downloadHeaders(batch, format))
    await settleDownload(sql, mine, null)
    return 'made'
  } catch (error) {
    if (error instanceof OutdatedError) return 'outdated'
    if (error instanceof StorageUnavailableError || isDatabaseUnavailable(error)) throw error
    const failure = isOurs(error) ? error.message : unexplained
    await settleDownload(sql, mine, failure)
    return { failure, error }
  }
}

/** Puts tickets one after the other, or on sheets, as their template says. */
function combine(batch: BatchDetails, tickets: AsyncIterable<Uint8Array>): Readable {
  const parts = batch.sheet ? imposeSheets(tickets, batch.sheet) : tickets
  const about = { title: `${batch.event_title} – ${batch.batch_id}`, createdAt: batch.created_at }
  return Readable.from(combinePdfs(parts, about))
}

const unexplained = "The tickets of this batch cannot be put into one file. The service's log says why."

/** Tells the errors that speak to the caller: a file is gone, or tickets are larger than the sheet they are to lie on. */
function isOurs(error: unknown): error is Error {
  return error instanceof FileGoneError || error instanceof SheetTooSmallError
}

/** Says that another attempt took the place of this one. */
class OutdatedError extends Error {}

/** Says that a ticket's file is stored no longer. */
class FileGoneError extends Error {
  constructor({ ticket_code }: DownloadedFile) {
    super(`The file of ticket ${ticket_code} is stored no longer. Generate the ticket again.`)
  }
}

interface Entry {
  name: string
  content: Uint8Array
}

const filesAtOnce = 24

/** Reads files in their order, some ahead of when they are needed. */
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
    // It is awaited in its turn; until then its failure is not to end the process.
    entry.catch(() => undefined)
    reading.push(entry)
    const next = reading.length >= filesAtOnce ? reading.shift() : undefined
    if (next) yield await next
  }
  for (const entry of reading) yield await entry
}

/** Tells now and then how many entries went by. */
async function* followed(entries: AsyncIterable<Entry>, note: (count: number) => Promise<unknown>): AsyncGenerator<Entry> {
  let count = 0
  let dueAt = performance.now() + downloadProgressMs
  for await (const entry of entries) {
    yield entry
    count += 1
    if (performance.now() < dueAt) continue
    if (!(await note(count))) throw new OutdatedError()
    dueAt = performance.now() + downloadProgressMs
  }
}

async function* contentsOf(entries: AsyncIterable<Entry>): AsyncGenerator<Uint8Array> {
  for await (const { content } of entries) yield content
}
