import { browserTimeouts } from '../../contract/retries.ts'
import { BrowserUnavailableError, RenderFailedError, RenderTimeoutError } from '../../errors.ts'
import { withTimeout } from '../../runtime/with-timeout.ts'
import { type BrowserOptions, launchBrowser, type ProcessModel, type WarmBrowser } from './browser.ts'
import { findMachineFault } from './machine-fault.ts'

/** How to start a browser, when to replace it, and what it may use. */
export interface SupervisorOptions extends BrowserOptions {
  /** `auto` falls back to `single` for good if its trial fails; `multi`. */
  processes?: ProcessModel
  /** How many prints a browser serves; 500. */
  printsPerBrowser?: number
  /** Memory above which the browser is replaced, checked after every tenth print; 320 MB. */
  replaceAboveBytes?: number
  /**
   * Memory above which its garbage is collected, checked likewise; 90 MB. Left alone, it keeps the documents
   * of many prints.
   */
  collectAboveBytes?: number
  /** Idle time after which its health is checked before a print; 1000. */
  probeAfterIdleMs?: number
  /** Timeout of that check; 2000. */
  probeDeadlineMs?: number
  /** How much memory of its own it may use during a print; 1.5 GB. */
  memoryLimitBytes?: number
  /** Finds a fault of the machine, rather than of the document, after a print has failed. */
  findFault?: () => Promise<Error | undefined>
}

/**
 * Supervises one warm browser: launches it when needed, replaces it when it crashes, hangs or has served long
 * enough.
 */
export class BrowserSupervisor {
  restarts = 0
  readonly #options: Required<Omit<SupervisorOptions, keyof BrowserOptions>> & BrowserOptions
  #processes: ProcessModel
  #browser: WarmBrowser | undefined
  #served = 0
  #lastUsed = 0
  #launching: Promise<WarmBrowser> | undefined
  readonly #closed = new AbortController()

  constructor(options: SupervisorOptions) {
    this.#options = { ...defaults, ...options }
    this.#processes = this.#options.processes
  }

  /**
   * Gives `work` a healthy browser for `deadlineMs`. A browser that crashes or hangs meanwhile is killed, and
   * `work` retried once on a new one.
   * @throws RenderTimeoutError when the second attempt hangs too, RenderFailedError when it fails,
   * BrowserUnavailableError when Chromium cannot start or the supervisor is closed
   */
  async use<T>(deadlineMs: number, work: (browser: WarmBrowser) => Promise<T>): Promise<T> {
    const attempt = (): Promise<T> => this.#attempt(deadlineMs, work)
    try {
      return await attempt().catch((error) => {
        if (this.#closed.signal.aborted) throw error
        this.restarts++
        return attempt()
      })
    } catch (error) {
      if (this.#closed.signal.aborted) throw new BrowserUnavailableError(closedMessage, { cause: error })
      // Where it cannot write, Chromium crashes silently, which is not the document's fault.
      const fault = await this.#options.findFault()
      throw fault ? new BrowserUnavailableError(fault.message, { cause: fault }) : error
    }
  }

  /** Replaces a browser that has served its number of prints, or has grown, which bounds what it leaks. */
  async recycle(): Promise<void> {
    if (this.#closed.signal.aborted || !(await this.#isWorn())) return
    if (this.#browser) await this.#kill(this.#browser)
    await this.#healthyBrowser()
  }

  /** Ends the browser, even during a print or while it starts, and serves no more. */
  async close(): Promise<void> {
    this.#closed.abort(new Error(closedMessage))
    await this.#launching?.catch(() => undefined)
    await this.#browser?.kill()
  }

  async #isWorn(): Promise<boolean> {
    const { printsPerBrowser, probeDeadlineMs, collectAboveBytes, replaceAboveBytes } = this.#options
    if (this.#served >= printsPerBrowser) return true
    if (!this.#browser || this.#served === 0 || this.#served % printsBetweenChecks > 0) return false
    const { memory, session } = this.#browser
    // The next use finds out whether it crashed or hangs.
    if (memory.measure() > collectAboveBytes)
      await this.#run(this.#browser, probeDeadlineMs, () => session.send('HeapProfiler.collectGarbage')).catch(() => undefined)
    return memory.measure() > replaceAboveBytes
  }

  async #attempt<T>(deadlineMs: number, work: (browser: WarmBrowser) => Promise<T>): Promise<T> {
    const browser = await this.#healthyBrowser()
    try {
      const result = await this.#run(browser, deadlineMs, work)
      this.#served++
      this.#lastUsed = performance.now()
      return result
    } catch (error) {
      await this.#kill(browser)
      throw error
    }
  }

  async #healthyBrowser(): Promise<WarmBrowser> {
    if (this.#browser && performance.now() - this.#lastUsed > this.#options.probeAfterIdleMs)
      await this.#checkHealth(this.#browser)
    if (this.#closed.signal.aborted) throw new BrowserUnavailableError(closedMessage)
    if (this.#browser) return this.#browser
    this.#launching = this.#launch()
    return this.#launching
  }

  async #launch(): Promise<WarmBrowser> {
    try {
      this.#browser = await this.#launchAs(this.#processes)
    } catch (error) {
      throw new BrowserUnavailableError(error instanceof Error ? error.message : String(error), { cause: error })
    }
    this.#served = 0
    this.#lastUsed = performance.now()
    return this.#browser
  }

  /** Launches Chromium, as one process if the trial of several fails, and remembers which. */
  async #launchAs(processes: ProcessModel): Promise<WarmBrowser> {
    const { signal } = this.#closed
    try {
      const browser = await launchBrowser(this.#options, { processes, signal })
      this.#processes = processes === 'auto' ? 'multi' : processes
      return browser
    } catch (error) {
      if (processes !== 'auto' || signal.aborted) throw error
      return this.#launchAs('single')
    }
  }

  async #checkHealth(browser: WarmBrowser): Promise<void> {
    try {
      await this.#run(browser, this.#options.probeDeadlineMs, ({ page }) => page.evaluate('1'))
    } catch {
      // No print was under way, so only time is lost.
      this.restarts++
      await this.#kill(browser)
    }
  }

  /** Kills the browser, and forgets it only once it is gone, so that `close` waits for that too. */
  async #kill(browser: WarmBrowser): Promise<void> {
    try {
      await browser.kill()
    } finally {
      this.#browser = undefined
    }
  }

  /** Runs `work` with bounded time and memory, for as long as the browser lives. */
  async #run<T>(browser: WarmBrowser, timeoutMs: number, work: (browser: WarmBrowser) => Promise<T>): Promise<T> {
    const { memoryLimitBytes } = this.#options
    const failure = new AbortController()
    const fail = (message: string): void => failure.abort(new RenderFailedError(message))
    const stopWatch = browser.memory.start(memoryLimitBytes, (bytes) =>
      fail(`Printing took ${bytes} bytes of memory; at most ${memoryLimitBytes} are allowed.`),
    )
    const onLost = (): void => fail(`Chromium was lost while printing: ${browser.lost.reason}.`)
    browser.lost.addEventListener('abort', onLost)
    if (browser.lost.aborted) onLost()
    try {
      const onTimeout = (): Error => new RenderTimeoutError(`Printing took longer than ${timeoutMs} ms.`)
      return await withTimeout(work(browser), { timeoutMs, onTimeout, signal: failure.signal })
    } catch (error) {
      if (error instanceof RenderFailedError || error instanceof RenderTimeoutError) throw error
      throw new RenderFailedError('Chromium could not print the document.', { cause: error })
    } finally {
      stopWatch()
      browser.lost.removeEventListener('abort', onLost)
    }
  }
}

const defaults = {
  processes: 'multi',
  printsPerBrowser: 500,
  replaceAboveBytes: 320_000_000,
  collectAboveBytes: 90_000_000,
  probeAfterIdleMs: 1_000,
  probeDeadlineMs: browserTimeouts.pulse,
  memoryLimitBytes: 1_500_000_000,
  findFault: findMachineFault,
} as const
const printsBetweenChecks = 10
const closedMessage = 'The printer is closed.'
