import { randomUUID } from 'node:crypto'
import { access, constants, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import pLimit from 'p-limit'
import { BadInput, FileNotWritten, ForeignAnswer, messageOf, ServiceRefusal } from './failures.ts'
import type { Service } from './service.ts'

/** Is a ticket whose PDF can be fetched. */
export interface PrintedTicket {
  ticketCode: string
  pdfUrl: string
}

/** Tells what came into the folder: fetched now, there before, and what could not be fetched, with the reason. */
export interface FolderReport {
  savedCount: number
  skippedCount: number
  failures: { ticketCode: string; message: string }[]
}

const atOnce = 8

/** Fetches PDFs into a folder as `<ticketCode>.pdf`, 8 at once; a file that is there already is not fetched again. */
export class PdfFolder {
  readonly path: string
  readonly report: FolderReport = { savedCount: 0, skippedCount: 0, failures: [] }
  readonly #service: Service
  readonly #limit = pLimit(atOnce)
  readonly #present: Set<string>
  readonly #added = new Set<string>()
  readonly #tasks: Promise<void>[] = []
  #fatal: unknown

  private constructor(service: Service, path: string, present: readonly string[]) {
    this.#service = service
    this.path = path
    this.#present = new Set(present)
  }

  /**
   * Opens the folder, and makes it where it is missing.
   * @throws BadInput when it cannot be used.
   */
  static async open(service: Service, path: string): Promise<PdfFolder> {
    try {
      await mkdir(path, { recursive: true })
      await access(path, constants.W_OK)
      return new PdfFolder(service, path, await readdir(path))
    } catch (error) {
      throw new BadInput(`The folder ${path} cannot be used: ${messageOf(error)}.`, [], { cause: error })
    }
  }

  /** Counts the tickets that were added, whatever became of them. */
  get addedCount(): number {
    return this.#added.size
  }

  /** Begins to fetch the ticket's PDF, unless it is there. Naming a ticket twice fetches it once. */
  add(ticket: PrintedTicket): void {
    const name = `${ticket.ticketCode}.pdf`
    if (this.#added.has(name)) return
    this.#added.add(name)
    if (this.#present.has(name)) this.report.skippedCount += 1
    else this.#tasks.push(this.#limit(() => this.#fetch(ticket, name)))
  }

  /**
   * Waits until everything that was added is there or has failed on its own.
   * @throws ServiceUnreachable, FileNotWritten, Interrupted: what no other file would escape either.
   */
  async finish(): Promise<FolderReport> {
    await Promise.all(this.#tasks)
    if (this.#fatal) throw this.#fatal
    return this.report
  }

  /** Begins to fetch nothing more; `finish` throws the reason. What is under way comes whole or not at all. */
  giveUp(reason: unknown): void {
    this.#fatal ??= reason
  }

  /** @throws what `finish` would throw, as soon as it is known. */
  throwIfBroken(): void {
    if (this.#fatal) throw this.#fatal
  }

  async #fetch(ticket: PrintedTicket, name: string): Promise<void> {
    if (this.#fatal) return
    try {
      await savePdf(this.#service, ticket.pdfUrl, join(this.path, name))
      this.report.savedCount += 1
    } catch (error) {
      const isItsOwn = error instanceof ServiceRefusal || error instanceof ForeignAnswer
      if (isItsOwn) this.report.failures.push({ ticketCode: ticket.ticketCode, message: error.message })
      else this.giveUp(error)
    }
  }
}

/**
 * Fetches a PDF into a file. The file appears complete or not at all.
 * @throws FileNotWritten when the disk does not take it; what Service.fetchPdf throws.
 */
export async function savePdf(service: Service, link: string, file: string): Promise<void> {
  const pdf = await service.fetchPdf(link)
  const aside = join(dirname(file), `.${basename(file)}.${randomUUID().slice(0, 8)}.part`)
  try {
    await writeFile(aside, pdf, { flag: 'wx' })
    await rename(aside, file)
  } catch (error) {
    await rm(aside, { force: true })
    throw new FileNotWritten(`${file} cannot be written: ${messageOf(error)}.`, { cause: error })
  }
}
