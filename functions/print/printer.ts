import { browserTimeouts } from '../contract/retries.ts'
import type { WarmBrowser } from './chromium/browser.ts'
import { BrowserSupervisor, type SupervisorOptions } from './chromium/browser-supervisor.ts'
import { printPage, type StageTimes, type TicketDocument } from './print-once.ts'
import { type Fallback, SharedPrinting } from './shared-printing.ts'
import type { PrintedTicket } from './split.ts'

export type { Fallback, PrintedTicket, StageTimes, TicketDocument }

/** How to print, and whom to tell, once for each template and reason, why tickets are printed alone. */
export interface PrinterOptions extends SupervisorOptions {
  onFallback?: (fallback: Fallback) => void
  /** False has Chromium tag every ticket anew. On by default. */
  tagCache?: boolean
}

/** A printer with one warm browser. */
export interface Printer {
  /**
   * Prints tickets, in order, many in one print where each comes out as if printed alone; calls are queued.
   * An attempt past `deadlineMs` or on a crashed browser is repeated once on a fresh one.
   * @throws RenderTimeoutError when the second attempt hangs too, RenderFailedError when it crashes or
   * Chromium cannot start
   */
  print(documents: TicketDocument[], deadlineMs: number): Promise<PrintedTicket[]>
  /**
   * Gives `work` the browser between two prints, for `deadlineMs`; repeated once on a fresh one as a print
   * is.
   * @throws RenderTimeoutError, RenderFailedError, BrowserUnavailableError as printing does
   */
  use<T>(deadlineMs: number, work: (browser: WarmBrowser) => Promise<T>): Promise<T>
  /**
   * Prints a blank page, launching the browser if needed: warms up, and says by rejecting that printing is
   * not possible.
   */
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

class ChromiumPrinter implements Printer {
  stages: StageTimes = { dom: 0, print: 0, split: 0 }
  readonly #keeper: BrowserSupervisor
  readonly #sharing: SharedPrinting
  #queue: Promise<unknown> = Promise.resolve()

  constructor(options: PrinterOptions) {
    this.#keeper = new BrowserSupervisor(options)
    this.#sharing = new SharedPrinting(options)
  }

  get restarts(): number {
    return this.#keeper.restarts
  }

  async print(documents: TicketDocument[], deadlineMs: number): Promise<PrintedTicket[]> {
    if (documents.length === 0) return []
    return this.#enqueue(() => {
      this.stages = { dom: 0, print: 0, split: 0 }
      return this.#keeper.use(deadlineMs, (browser) => this.#sharing.print({ browser, stages: this.stages }, documents))
    })
  }

  use<T>(deadlineMs: number, work: (browser: WarmBrowser) => Promise<T>): Promise<T> {
    return this.#enqueue(() => this.#keeper.use(deadlineMs, work))
  }

  async probe(): Promise<void> {
    await this.use(browserTimeouts.probe, printPage)
  }

  close(): Promise<void> {
    return this.#keeper.close()
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work)
    this.#queue = result.then(() => this.#keeper.recycle()).catch(() => undefined)
    return result
  }
}
