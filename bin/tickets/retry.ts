import { Interrupted, ServiceUnreachable } from './failures.ts'
import { pause } from './pause.ts'

/**
 * A call that failed in a way that a later one may not. `isAnswered` tells an answer that asks the caller to
 * come back from a connection that failed.
 */
export class TransientFault extends Error {
  readonly isAnswered: boolean
  readonly retryAfterSeconds: number

  constructor(message: string, options: { isAnswered?: boolean; retryAfterSeconds?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.isAnswered = options.isAnswered ?? false
    this.retryAfterSeconds = options.retryAfterSeconds ?? 0
  }
}

/** How long calls are repeated, who hears of it, and what ends it. */
export interface RetryOptions {
  retrySeconds: number
  signal: AbortSignal
  /** Called before each pause, with its length. */
  onRetry(reason: string, pauseSeconds: number): void
}

const firstPauseMs = 200
const longestPauseMs = 5000
// An address where nothing has ever answered is more likely mistyped than down: nobody wants to wait minutes
// for a typing error.
const firstContactSeconds = 5

/**
 * Repeats calls that fail with a TransientFault: exponential backoff with jitter, and never sooner than
 * Retry-After asks.
 */
export class Retry {
  readonly #options: RetryOptions
  #isReached = false

  constructor(options: RetryOptions) {
    this.#options = options
  }

  /**
   * Repeats the call until it succeeds, fails for good, or the time is over. The call must be idempotent.
   * @throws ServiceUnreachable when the time is over, or Retry-After asks for more than is left of it.
   * @throws Interrupted when the signal aborts.
   */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const startedAt = performance.now()
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        const answer = await call()
        this.#isReached = true
        return answer
      } catch (error) {
        if (this.#options.signal.aborted) throw new Interrupted()
        if (!(error instanceof TransientFault)) throw error
        await this.#pause(error, pauseMs, startedAt)
      }
    }
  }

  async #pause(fault: TransientFault, pauseMs: number, startedAt: number): Promise<void> {
    const { retrySeconds, signal, onRetry } = this.#options
    this.#isReached ||= fault.isAnswered
    const allowedMs = 1000 * (this.#isReached ? retrySeconds : Math.min(retrySeconds, firstContactSeconds))
    const leftMs = startedAt + allowedMs - performance.now()
    const askedMs = fault.retryAfterSeconds * 1000
    if (leftMs <= askedMs) throw new ServiceUnreachable(fault.message, { cause: fault })
    // Jitter on top of Retry-After: callers that were turned away together must not come back together.
    const wantedMs = Math.min(askedMs + pauseMs * (0.5 + Math.random() / 2), leftMs)
    onRetry(fault.message, wantedMs / 1000)
    await pause(wantedMs, signal)
  }
}
