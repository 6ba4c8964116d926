import { setTimeout as delay } from 'node:timers/promises'
import { Interrupted, ServiceUnreachable } from './failures.ts'

/** A failure that a retry may fix: an answer such as 503, or without `retryAfterSeconds` a failed connection. */
export class TransientFault extends Error {
  readonly retryAfterSeconds: number | undefined

  constructor(message: string, options: ErrorOptions & { retryAfterSeconds?: number } = {}) {
    super(message, options)
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** The limits of retries. */
export interface RetryOptions {
  retrySeconds: number
  signal: AbortSignal
  /** Called before each pause. */
  onRetry(reason: string, pauseSeconds: number): void
}

const firstPauseMs = 200
const maxPauseMs = 5000
// An address that never answered is more likely mistyped than down, so the first failure is reported early.
const firstContactSeconds = 5

/** Retries calls after a TransientFault, with exponential backoff and jitter, never before Retry-After. */
export class Retry {
  readonly #options: RetryOptions
  #isReached = false

  constructor(options: RetryOptions) {
    this.#options = options
  }

  /**
   * Retries the call until it succeeds, fails permanently, or times out. The call must be idempotent.
   * @throws ServiceUnreachable when the time is over, or Retry-After exceeds the time left.
   * @throws Interrupted when the signal aborts.
   */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const startedAt = performance.now()
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
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
    this.#isReached ||= fault.retryAfterSeconds !== undefined
    const allowedMs = 1000 * (this.#isReached ? retrySeconds : Math.min(retrySeconds, firstContactSeconds))
    const leftMs = startedAt + allowedMs - performance.now()
    const askedMs = 1000 * (fault.retryAfterSeconds ?? 0)
    if (leftMs <= askedMs) throw new ServiceUnreachable(fault.message, [], { cause: fault })
    // Jitter on top of Retry-After: clients rejected together must not return together.
    const wantedMs = Math.min(askedMs + pauseMs * (0.5 + Math.random() / 2), leftMs)
    onRetry(fault.message, wantedMs / 1000)
    await pause(wantedMs, signal)
  }
}

/** Waits. @throws Interrupted when the signal aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => {
    throw new Interrupted()
  })
}
