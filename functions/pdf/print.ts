import { RenderFailedError } from '../errors.ts'
import type { WarmBrowser } from './browser.ts'
import { BrowserKeeper, type KeeperOptions } from './browser-keeper.ts'
import { printOnce, printPage, type StageTimes, type TicketDocument } from './print-once.ts'
import type { PrintedTicket } from './split.ts'
import { TagMemory } from './tag-memory.ts'

export type { PrintedTicket, StageTimes, TicketDocument }

/** Says how to print, and whom to tell, once a template, why its tickets are printed one by one or in several prints. */
export interface PrinterOptions extends KeeperOptions {
  onFallback?: (reason: string) => void
}

/** Is a printer with one warm browser. */
export interface Printer {
  /**
   * Prints tickets, in order, many in one print where that is pixel-true; calls are queued. An attempt past `deadlineMs` or on a
   * crashed browser is repeated once on a fresh one.
   * @throws RenderTimeoutError when the second attempt hangs too, RenderFailedError when it crashes or Chromium cannot start
   */
  print(documents: TicketDocument[], deadlineMs: number): Promise<PrintedTicket[]>
  /**
   * Gives `work` the browser between two prints, for `deadlineMs`; repeated once on a fresh one as a print is.
   * @throws RenderTimeoutError, RenderFailedError, BrowserUnavailableError as printing does
   */
  use<T>(deadlineMs: number, work: (browser: WarmBrowser) => Promise<T>): Promise<T>
  /** Prints a blank page, launching the browser if needed: warms up, and says by rejecting that printing is not possible. */
  probe(): Promise<void>
  /** Ends the browser, by force after two seconds; what is still to be printed rejects. */
  close(): Promise<void>
  /** Counts the browsers that were replaced because they crashed or hung. */
  readonly restarts: number
  /** Tells the stages of the last print. */
  readonly stages: StageTimes
}

/** Opens a printer; its browser starts with the first print or probe. */
export function openPrinter(options: PrinterOptions): Printer {
  return new ChromiumPrinter(options)
}

// A template that was tried needs none of it, and what reads a PDF takes a third of a second to load.
const loadComparison = () => import('./same-marks.ts')
const probeDeadlineMs = 5_000
const rememberedTemplates = 1_000

class ChromiumPrinter implements Printer {
  stages: StageTimes = { dom: 0, print: 0, split: 0 }
  readonly #keeper: BrowserKeeper
  readonly #onFallback: (reason: string) => void
  /** Tells by template whether its tickets come out the same together as alone. */
  readonly #pixelTrue = new Map<string, boolean>()
  /** Is asked only for tickets that share a print: one alone gains little, and must not be printed twice. */
  readonly #tags = new TagMemory()
  #queue: Promise<unknown> = Promise.resolve()

  constructor(options: PrinterOptions) {
    this.#keeper = new BrowserKeeper(options)
    this.#onFallback = options.onFallback ?? (() => undefined)
  }

  get restarts(): number {
    return this.#keeper.restarts
  }

  async print(documents: TicketDocument[], deadlineMs: number): Promise<PrintedTicket[]> {
    if (documents.length === 0) return []
    return this.#enqueue(() => {
      this.stages = { dom: 0, print: 0, split: 0 }
      return this.#keeper.use(deadlineMs, (browser) => this.#printAll(browser, documents))
    })
  }

  use<T>(deadlineMs: number, work: (browser: WarmBrowser) => Promise<T>): Promise<T> {
    return this.#enqueue(() => this.#keeper.use(deadlineMs, work))
  }

  async probe(): Promise<void> {
    await this.use(probeDeadlineMs, printPage)
  }

  close(): Promise<void> {
    return this.#keeper.close()
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work)
    this.#queue = result.then(() => this.#keeper.recycle()).catch(() => undefined)
    return result
  }

  async #printAll(browser: WarmBrowser, documents: TicketDocument[]): Promise<PrintedTicket[]> {
    if (documents.length > 1 && this.#verdict(documents) === false) return this.#printAlone(browser, documents)
    const result = await printOnce(browser, documents, this.stages, documents.length > 1 ? this.#tags : undefined)
    if ('groups' in result) return this.#printGroups(browser, documents, result.groups)
    if ('tickets' in result) {
      if (documents.length === 1 || (await this.#isPixelTrue(browser, documents, result.tickets))) return result.tickets
      this.#remember(documents, false, 'they look different when many share a print')
    } else {
      if (documents.length === 1) throw new RenderFailedError('Chromium printed no page.')
      if (result.unsure === 'shrunk') return this.#printHalves(browser, documents)
      this.#remember(documents, false, 'their pages cannot be told apart when many share a print')
    }
    return this.#printAlone(browser, documents)
  }

  /** Leaves one ticket that is wider than its page, sooner or later, alone. */
  async #printHalves(browser: WarmBrowser, documents: TicketDocument[]): Promise<PrintedTicket[]> {
    const middle = Math.ceil(documents.length / 2)
    const first = await this.#printAll(browser, documents.slice(0, middle))
    return [...first, ...(await this.#printAll(browser, documents.slice(middle)))]
  }

  async #printAlone(browser: WarmBrowser, documents: TicketDocument[]): Promise<PrintedTicket[]> {
    const results: PrintedTicket[] = []
    for (const document of documents) results.push(...(await this.#printAll(browser, [document])))
    return results
  }

  async #printGroups(browser: WarmBrowser, documents: TicketDocument[], groups: number[]): Promise<PrintedTicket[]> {
    const results = new Map<number, PrintedTicket>()
    for (const group of new Set(groups)) {
      const indices = groups.flatMap((each, index) => (each === group ? [index] : []))
      const members = documents.filter((_, index) => groups[index] === group)
      const printed = await this.#printAll(browser, members)
      printed.forEach((ticket, position) => void results.set(indices[position] ?? 0, ticket))
    }
    return documents.flatMap((_, index) => results.get(index) ?? [])
  }

  /** Compares the last ticket and the longest with the same printed alone, once a template. */
  async #isPixelTrue(browser: WarmBrowser, documents: TicketDocument[], together: PrintedTicket[]): Promise<boolean> {
    if (this.#verdict(documents)) return true
    const { haveSameMarks } = await loadComparison()
    const lengths = documents.map(({ html }) => html.length)
    for (const index of new Set([documents.length - 1, lengths.indexOf(Math.max(...lengths))])) {
      const [alone] = await this.#printAlone(browser, documents.slice(index, index + 1))
      const among = together[index]
      if (!alone || !among || !(await haveSameMarks(alone.pdf, among.pdf))) return false
    }
    this.#remember(documents, true)
    return true
  }

  /** Tells what is known about the template of tickets that share one: from a trial, or from a print before. */
  #verdict([first]: TicketDocument[]): boolean | undefined {
    const found = first?.templateKey === undefined ? undefined : this.#pixelTrue.get(first.templateKey)
    return found === false ? false : (first?.pixelTrue ?? found)
  }

  #remember([first]: TicketDocument[], pixelTrue: boolean, fallback?: string): void {
    const key = first?.templateKey
    if (fallback) this.#onFallback(`The tickets${key ? ` of template ${key}` : ''} are printed one by one: ${fallback}.`)
    if (key === undefined) return
    const [oldest] = this.#pixelTrue.keys()
    if (oldest !== undefined && this.#pixelTrue.size >= rememberedTemplates) this.#pixelTrue.delete(oldest)
    this.#pixelTrue.set(key, pixelTrue)
  }
}
