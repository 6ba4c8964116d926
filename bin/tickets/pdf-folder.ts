import { createHash } from 'node:crypto'
import { access, constants, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import pLimit from 'p-limit'
import { makeFolders } from '../../functions/runtime/make-folders.ts'
import type { Core } from '../client/core-client.ts'
import { writeAtomically } from './atomic-file.ts'
import { toFailure } from './client-failures.ts'
import { BadInput, FileNotWritten, ForeignAnswer, reasonOf, ServiceRefusal } from './failures.ts'
import { codeOfFile } from './file-name.ts'

/** A ticket with a PDF to download, and the file name for it. */
export interface PrintedTicket {
  ticketCode: string
  pdfUrl: string
  fileName: string
}

/** The changes to a folder. `removedCount` counts files of invalid codes. */
export interface FolderReport {
  savedCount: number
  replacedCount: number
  unchangedCount: number
  removedCount: number
  failures: { ticketCode: string; message: string }[]
}

const maxConcurrentDownloads = 8

/**
 * Synchronizes a folder with the current PDFs, 8 downloads at a time. A file whose content differs is replaced.
 * The ticket code in its name identifies a file, so one with an outdated name is renamed.
 */
export class PdfFolder {
  readonly path: string
  readonly report: FolderReport = { savedCount: 0, replacedCount: 0, unchangedCount: 0, removedCount: 0, failures: [] }
  readonly #core: Core
  readonly #limit = pLimit(maxConcurrentDownloads)
  readonly #present: Map<string, string[]>
  readonly #added = new Set<string>()
  readonly #files = new Map<string, string>()
  readonly #tasks: Promise<void>[] = []
  #abortReason: unknown

  private constructor(core: Core, path: string, present: readonly string[]) {
    this.#core = core
    this.path = path
    this.#present = Map.groupBy(
      present.filter((name) => codeOfFile(name)),
      (name) => codeOfFile(name) ?? '',
    )
  }

  /** Opens the folder, and creates it if it is missing. @throws BadInput when it cannot be used. */
  static async open(core: Core, path: string): Promise<PdfFolder> {
    try {
      makeFolders(resolve(path))
      await access(path, constants.W_OK)
      return new PdfFolder(core, path, await readdir(path))
    } catch (error) {
      throw new BadInput(`The folder ${path} cannot be used: ${reasonOf(error)}.`, [], { cause: error })
    }
  }

  /** The number of tickets added, including failed ones. */
  get addedCount(): number {
    return this.#added.size
  }

  /** The ticket codes of files in the folder whose tickets were not added. */
  get otherCodes(): string[] {
    return [...this.#present.keys()].filter((code) => !this.#added.has(code))
  }

  /** Returns the name of the ticket's up-to-date file; undefined if there is none. */
  fileOf(ticketCode: string): string | undefined {
    return this.#files.get(ticketCode)
  }

  /** Starts to update the ticket's file. Idempotent. */
  add(ticket: PrintedTicket): void {
    if (this.#added.has(ticket.ticketCode)) return
    this.#added.add(ticket.ticketCode)
    this.#tasks.push(this.#limit(() => this.#update(ticket)))
  }

  /** Removes the files of invalid tickets. */
  async remove(ticketCodes: readonly string[]): Promise<void> {
    for (const code of ticketCodes)
      for (const name of this.#present.get(code) ?? []) {
        await this.#delete(name)
        this.report.removedCount += 1
      }
  }

  /**
   * Waits until every added ticket has its file, or its own failure in the report.
   * @throws ServiceUnreachable, FileNotWritten, Interrupted: failures that would affect every file.
   */
  async finish(): Promise<FolderReport> {
    await Promise.all(this.#tasks)
    if (this.#abortReason) throw this.#abortReason
    return this.report
  }

  /** Starts no further download; `finish` throws the reason. Files in progress appear complete or not at all. */
  abort(reason: unknown): void {
    this.#abortReason ??= reason
  }

  /** @throws what `finish` would throw, as soon as it is known. */
  throwIfAborted(): void {
    if (this.#abortReason) throw this.#abortReason
  }

  async #update(ticket: PrintedTicket): Promise<void> {
    if (this.#abortReason) return
    try {
      this.report[await this.#fetch(ticket)] += 1
      this.#files.set(ticket.ticketCode, ticket.fileName)
    } catch (thrown) {
      const error = toFailure(thrown)
      const concernsThisFile = error instanceof ServiceRefusal || error instanceof ForeignAnswer
      if (concernsThisFile) this.report.failures.push({ ticketCode: ticket.ticketCode, message: error.message })
      else this.abort(error)
    }
  }

  async #fetch({ ticketCode, pdfUrl, fileName }: PrintedTicket): Promise<'savedCount' | 'replacedCount' | 'unchangedCount'> {
    const names = this.#present.get(ticketCode) ?? []
    // Some file systems list names in NFD.
    const former = names.find((name) => name.normalize('NFC') === fileName) ?? names[0]
    const known = former === undefined ? undefined : await readFile(join(this.path, former)).catch(() => undefined)
    const pdf = await fetchPdf(this.#core, pdfUrl, known)
    for (const name of names) if (name !== former) await this.#delete(name)
    const isRenamed = former !== undefined && former.normalize('NFC') !== fileName
    if (pdf === undefined) {
      if (isRenamed) await this.#rename(former, fileName)
      return 'unchangedCount'
    }
    // Before the write: a file system that treats both names as equal would delete the new file.
    if (isRenamed) await this.#delete(former)
    await writeAtomically(join(this.path, fileName), pdf)
    return former === undefined ? 'savedCount' : 'replacedCount'
  }

  async #rename(former: string, name: string): Promise<void> {
    await this.#change(name, (path) => rename(join(this.path, former), path))
  }

  async #delete(name: string): Promise<void> {
    await this.#change(name, (path) => rm(path, { force: true }))
  }

  async #change(name: string, change: (path: string) => Promise<void>): Promise<void> {
    const path = join(this.path, name)
    await change(path).catch((error: unknown) => {
      throw new FileNotWritten(path, error)
    })
  }
}

/** Downloads the PDF of a guest link; returns undefined if it equals `known`. */
export async function fetchPdf(core: Core, link: string, known?: Buffer): Promise<Buffer | undefined> {
  // S3's ETag of a single upload. Another ETag costs a download, not correctness.
  const headers = known ? { 'if-none-match': `"${createHash('md5').update(known).digest('hex')}"` } : {}
  const response = await core.fetch(link, { headers })
  const content = Buffer.from(await response.arrayBuffer())
  if (known && (response.status === 304 || content.equals(known))) return undefined
  if (content.subarray(0, 5).toString('latin1') === '%PDF-') return content
  const { origin, pathname } = new URL(response.url)
  throw new ForeignAnswer(`${origin}${pathname} is not the ticket service: it answered ${response.status} without a PDF.`)
}
