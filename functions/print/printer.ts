import { browserTimeouts } from '../contract/retries.ts'
import type { WarmBrowser } from './chromium/browser.ts'
import { BrowserSupervisor, type SupervisorOptions } from './chromium/browser-supervisor.ts'
import { printPage, type StageTimes, type TicketDocument } from './print-once.ts'
import { type Fallback, SharedPrinting, type SharingOptions } from './shared-printing.ts'
import type { PrintedTicket } from './split.ts'

export type { Fallback, PrintedTicket, StageTimes, TicketDocument }

/** How to print. */
export type PrinterOptions = SupervisorOptions & SharingOptions

/** Opens a printer; its browser starts with the first print or probe. */
export function openPrinter(options: PrinterOptions): Printer {
  return new Printer(options)
}

/** A printer with one warm browser. */
export class Printer {
  /** The stage times of the last print. */
  stages: StageTimes = { dom: 0, print: 0, split: 0 }
  readonly #supervisor: BrowserSupervisor
  readonly #sharing: SharedPrinting
  #queue: Promise<unknown> = Promise.resolve()

  constructor(options: PrinterOptions) {
    this.#supervisor = new BrowserSupervisor(options)
    this.#sharing = new SharedPrinting(options)
  }

  /** How many browsers were replaced because they crashed or hung. */
  get restarts(): number {
    return this.#supervisor.restarts
  }

  /**
   * Prints tickets, in order; they share prints where each comes out as if printed alone. Calls are queued.
   * An attempt that exceeds `deadlineMs` or crashes the browser is retried once on a new one.
   * @throws RenderTimeoutError when the second attempt hangs too, RenderFailedError when it crashes or
   * Chromium cannot start
   */
  async print(documents: TicketDocument[], deadlineMs: number): Promise<PrintedTicket[]> {
    if (documents.length === 0) return []
    return this.#enqueue(() => {
      this.stages = { dom: 0, print: 0, split: 0 }
      return this.#supervisor.use(deadlineMs, (browser) => this.#sharing.print({ browser, stages: this.stages }, documents))
    })
  }

  /** Runs `work` on the browser between two prints, retried once like a print. @throws as printing does */
  use<T>(deadlineMs: number, work: (browser: WarmBrowser) => Promise<T>): Promise<T> {
    return this.#enqueue(() => this.#supervisor.use(deadlineMs, work))
  }

  /** Prints a blank page, launching the browser if needed; rejects when printing is not possible. */
  async probe(): Promise<void> {
    await this.use(browserTimeouts.probe, printPage)
  }

  /** Ends the browser; pending prints reject. */
  close(): Promise<void> {
    return this.#supervisor.close()
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work)
    this.#queue = result.then(() => this.#supervisor.recycle()).catch(() => undefined)
    return result
  }
}
