import { access, constants, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { BadInput, FileNotWritten, ForeignAnswer, reasonOf, ServiceRefusal } from './failures.ts'
import { codeOfFile } from './file-name.ts'
import type { Service } from './service.ts'
import { writeWhole } from './whole-file.ts'

/** A ticket whose PDF can be fetched, and the name that its file gets. */
export interface PrintedTicket {
  ticketCode: string
  pdfUrl: string
  fileName: string
}

/**
 * What came of the files: new ones, those whose content had changed, those that were the same, and those of
 * codes that are not valid.
 */
export interface FolderReport {
  savedCount: number
  replacedCount: number
  unchangedCount: number
  removedCount: number
  failures: { ticketCode: string; message: string }[]
}

const mostAtOnce = 8

/**
 * Brings a folder to the PDFs as they are now, 8 at a time. A file that is there already is compared by
 * content and replaced where it differs. Files are known by the ticket code in their name, so one that was
 * named otherwise gets its new name.
 */
export class PdfFolder {
  readonly path: string
  readonly report: FolderReport = { savedCount: 0, replacedCount: 0, unchangedCount: 0, removedCount: 0, failures: [] }
  readonly #service: Service
  readonly #limit = pLimit(mostAtOnce)
  readonly #present: Map<string, string[]>
  readonly #added = new Set<string>()
  readonly #files = new Map<string, string>()
  readonly #tasks: Promise<void>[] = []
  #fatal: unknown

  private constructor(service: Service, path: string, present: readonly string[]) {
    this.#service = service
    this.path = path
    this.#present = Map.groupBy(
      present.filter((name) => codeOfFile(name)),
      (name) => codeOfFile(name) ?? '',
    )
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
      throw new BadInput(`The folder ${path} cannot be used: ${reasonOf(error)}.`, [], { cause: error })
    }
  }

  /** Counts the tickets that were added, whatever became of them. */
  get addedCount(): number {
    return this.#added.size
  }

  /** Lists the ticket codes of files in the folder that nobody has added. */
  get otherCodes(): string[] {
    return [...this.#present.keys()].filter((code) => !this.#added.has(code))
  }

  /** Names the file that holds the ticket's current PDF; undefined where there is none. */
  fileOf(ticketCode: string): string | undefined {
    return this.#files.get(ticketCode)
  }

  /** Begins to bring the ticket's file up to date. Adding a ticket twice does it once. */
  add(ticket: PrintedTicket): void {
    if (this.#added.has(ticket.ticketCode)) return
    this.#added.add(ticket.ticketCode)
    this.#tasks.push(this.#limit(() => this.#update(ticket)))
  }

  /** Removes the files of tickets that let nobody in any more. */
  async remove(ticketCodes: readonly string[]): Promise<void> {
    for (const code of ticketCodes)
      for (const name of this.#present.get(code) ?? []) {
        await this.#delete(name)
        this.report.removedCount += 1
      }
  }

  /**
   * Waits until every ticket that was added has its file or has failed on its own.
   * @throws ServiceUnreachable, FileNotWritten, Interrupted: what no other file would escape either.
   */
  async finish(): Promise<FolderReport> {
    await Promise.all(this.#tasks)
    if (this.#fatal) throw this.#fatal
    return this.report
  }

  /** Begins no further file; `finish` throws the reason. Files under way appear complete or not at all. */
  giveUp(reason: unknown): void {
    this.#fatal ??= reason
  }

  /** @throws what `finish` would throw, as soon as it is known. */
  throwIfBroken(): void {
    if (this.#fatal) throw this.#fatal
  }

  async #update(ticket: PrintedTicket): Promise<void> {
    if (this.#fatal) return
    try {
      this.report[await this.#fetch(ticket)] += 1
      this.#files.set(ticket.ticketCode, ticket.fileName)
    } catch (error) {
      const isItsOwn = error instanceof ServiceRefusal || error instanceof ForeignAnswer
      if (isItsOwn) this.report.failures.push({ ticketCode: ticket.ticketCode, message: error.message })
      else this.giveUp(error)
    }
  }

  async #fetch({ ticketCode, pdfUrl, fileName }: PrintedTicket): Promise<'savedCount' | 'replacedCount' | 'unchangedCount'> {
    const names = this.#present.get(ticketCode) ?? []
    // Some file systems list names in NFD.
    const former = names.find((name) => name.normalize('NFC') === fileName) ?? names[0]
    const known = former === undefined ? undefined : await readFile(join(this.path, former)).catch(() => undefined)
    const pdf = await this.#service.fetchPdf(pdfUrl, known)
    for (const name of names) if (name !== former) await this.#delete(name)
    const isRenamed = former !== undefined && former.normalize('NFC') !== fileName
    if (pdf === undefined) {
      if (isRenamed) await this.#rename(former, fileName)
      return 'unchangedCount'
    }
    // First, for a file system that takes both names for one would lose the new file.
    if (isRenamed) await this.#delete(former)
    await writeWhole(join(this.path, fileName), pdf)
    return former === undefined ? 'savedCount' : 'replacedCount'
  }

  async #rename(former: string, name: string): Promise<void> {
    await rename(join(this.path, former), join(this.path, name)).catch((error: unknown) => {
      throw new FileNotWritten(join(this.path, name), error)
    })
  }

  async #delete(name: string): Promise<void> {
    await rm(join(this.path, name), { force: true }).catch((error: unknown) => {
      throw new FileNotWritten(join(this.path, name), error)
    })
  }
}
