import { browserTimeouts } from '../../contract/retries.ts'
import { BrowserUnavailableError, RenderFailedError, RenderTimeoutError } from '../../errors.ts'
import { type BrowserOptions, launchBrowser, type WarmBrowser } from './browser.ts'

/** Says when a browser is replaced. */
export interface SupervisorOptions extends BrowserOptions {
  /** After how many prints; 500. */
  printsPerBrowser?: number
  /** When it holds more memory than this after a print, which is looked at after every tenth; 320 MB. */
  worthReplacingBytes?: number
  /** When it is told to collect its garbage, looked at likewise; 90 MB. Left to itself it would keep the documents of many prints. */
  worthCollectingBytes?: number
  /** After how long a rest it is asked whether it still lives; 1000. */
  probeAfterIdleMs?: number
  /** How long it may take to answer that; 2000. */
  probeDeadlineMs?: number
  /** How much memory of its own it may hold while it prints; 1.5 GB. */
  memoryLimitBytes?: number
}

/** Keeps one warm browser: launches it when needed, replaces it when it crashes, hangs or has served long enough. */
export class BrowserSupervisor {
  restarts = 0
  readonly #options: Required<Omit<SupervisorOptions, keyof BrowserOptions>> & BrowserOptions
  #browser: WarmBrowser | undefined
  #served = 0
  #lastUsed = 0
  #launching: Promise<WarmBrowser> | undefined
  readonly #closed = new AbortController()

  constructor(options: SupervisorOptions) {
    this.#options = { ...defaults, ...options }
  }

  /**
   * Gives `work` a healthy browser and `deadlineMs`; a browser that crashes or hangs under it is killed, and `work` done
   * once more on a fresh one.
   * @throws RenderTimeoutError when the second attempt hangs too, RenderFailedError when it fails,
   * BrowserUnavailableError when Chromium cannot start or the keeper is closed
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
      throw this.#closed.signal.aborted ? new BrowserUnavailableError(closedMessage, { cause: error }) : error
    }
  }

  /** Replaces a browser that has served its number of prints, or grown, so that whatever it leaks stays bounded. */
  async recycle(): Promise<void> {
    if (this.#closed.signal.aborted || !(await this.#isWorn())) return
    await this.#browser?.close()
    this.#browser = undefined
    await this.#healthyBrowser()
  }

  /** Ends the browser, also under a print or while it starts; the keeper serves no more. */
  async close(): Promise<void> {
    this.#closed.abort(new Error(closedMessage))
    await this.#launching?.catch(() => undefined)
    await this.#browser?.close()
  }

  async #isWorn(): Promise<boolean> {
    const { printsPerBrowser, worthCollectingBytes, worthReplacingBytes } = this.#options
    if (this.#served >= printsPerBrowser) return true
    if (!this.#browser || this.#served === 0 || this.#served % printsBetweenLooks > 0) return false
    const { memory } = this.#browser
    if (memory.measure() > worthCollectingBytes) await this.#collectGarbage(this.#browser)
    return memory.measure() > worthReplacingBytes
  }

  async #collectGarbage(browser: WarmBrowser): Promise<void> {
    const limits = { ...this.#options, deadlineMs: this.#options.probeDeadlineMs }
    // One that crashed or hangs is found out by who uses it next.
    await within(limits, browser, ({ session }) => session.send('HeapProfiler.collectGarbage')).catch(() => undefined)
  }

  async #attempt<T>(deadlineMs: number, work: (browser: WarmBrowser) => Promise<T>): Promise<T> {
    const browser = await this.#healthyBrowser()
    try {
      const result = await within({ ...this.#options, deadlineMs }, browser, work)
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
      this.#browser = await launchBrowser(this.#options, this.#closed.signal)
    } catch (error) {
      throw new BrowserUnavailableError(error instanceof Error ? error.message : String(error), { cause: error })
    }
    this.#served = 0
    this.#lastUsed = performance.now()
    return this.#browser
  }

  async #checkHealth(browser: WarmBrowser): Promise<void> {
    try {
      await within({ ...this.#options, deadlineMs: this.#options.probeDeadlineMs }, browser, ({ page }) => page.evaluate('1'))
    } catch {
      // Nothing is lost but time: nobody's print was under way.
      this.restarts++
      await this.#kill(browser)
    }
  }

  /** Lets go of the browser only when it is gone, so that closing meanwhile waits for that. */
  async #kill(browser: WarmBrowser): Promise<void> {
    try {
      await browser.kill()
    } finally {
      this.#browser = undefined
    }
  }
}

const defaults = {
  printsPerBrowser: 500,
  worthReplacingBytes: 320_000_000,
  worthCollectingBytes: 90_000_000,
  probeAfterIdleMs: 1_000,
  probeDeadlineMs: browserTimeouts.pulse,
  memoryLimitBytes: 1_500_000_000,
}
const printsBetweenLooks = 10
const closedMessage = 'The printer is closed.'

/** Gives `work` so much time and memory, and as long as the browser lives. */
async function within<T>(
  limits: { deadlineMs: number; memoryLimitBytes: number },
  browser: WarmBrowser,
  work: (browser: WarmBrowser) => Promise<T>,
): Promise<T> {
  const { deadlineMs, memoryLimitBytes } = limits
  const { promise: failed, reject } = Promise.withResolvers<never>()
  const onLost = (): void => reject(new RenderFailedError(`Chromium was lost while printing: ${browser.lost.reason}.`))
  const timer = setTimeout(() => reject(new RenderTimeoutError(`Printing took longer than ${deadlineMs} ms.`)), deadlineMs)
  const stopWatch = browser.memory.start(memoryLimitBytes, (bytes) =>
    reject(new RenderFailedError(`Printing took ${bytes} bytes of memory; at most ${memoryLimitBytes} are allowed.`)),
  )
  browser.lost.addEventListener('abort', onLost)
  if (browser.lost.aborted) onLost()
  try {
    return await Promise.race([work(browser), failed])
  } catch (error) {
    if (error instanceof RenderFailedError || error instanceof RenderTimeoutError) throw error
    throw new RenderFailedError('Chromium could not print what it was given.', { cause: error })
  } finally {
    clearTimeout(timer)
    stopWatch()
    browser.lost.removeEventListener('abort', onLost)
  }
}
