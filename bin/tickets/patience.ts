import { Interrupted, ServiceUnreachable } from './failures.ts'
import { pause } from './pause.ts'

/** Says that a call failed in a way that a later one may not: no connection, or an answer that asks to come again. */
export class PassingFault extends Error {
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds = 0, options?: ErrorOptions) {
    super(message, options)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Says how long to go on without a useful answer, where to tell of it, and what ends it at once. */
export interface PatienceOptions {
  patienceSeconds: number
  signal: AbortSignal
  /** Is told why a call waits, each time it does. */
  onWaiting(reason: string): void
}

const firstPauseMs = 200
const longestPauseMs = 5000
// A service that never answered is more likely a wrong address than an outage: nobody wants to wait minutes for a typing mistake.
const firstContactSeconds = 5

/** Repeats calls that fail in passing, with growing pauses and never sooner than the service asks. */
export class Patience {
  readonly #options: PatienceOptions
  #isReached = false

  constructor(options: PatienceOptions) {
    this.#options = options
  }

  /**
   * Runs the call until it gives something, or an error that no repetition mends.
   * @throws ServiceUnreachable when patience runs out.
   * @throws Interrupted when the signal says so.
   */
  async persist<T>(call: () => Promise<T>): Promise<T> {
    const startedAt = performance.now()
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        const answer = await call()
        this.#isReached = true
        return answer
      } catch (error) {
        if (this.#options.signal.aborted) throw new Interrupted()
        if (!(error instanceof PassingFault)) throw error
        await this.#pause(error, pauseMs, startedAt)
      }
    }
  }

  async #pause(fault: PassingFault, pauseMs: number, startedAt: number): Promise<void> {
    const { patienceSeconds, signal, onWaiting } = this.#options
    const allowedMs = 1000 * (this.#isReached ? patienceSeconds : Math.min(patienceSeconds, firstContactSeconds))
    const wantedMs = Math.max(fault.retryAfterSeconds * 1000, pauseMs * (0.5 + Math.random() / 2))
    const leftMs = startedAt + allowedMs - performance.now()
    if (leftMs <= 0) throw new ServiceUnreachable(fault.message, { cause: fault })
    onWaiting(fault.message)
    await pause(Math.min(wantedMs, leftMs), signal)
  }
}
