import { setTimeout as delay } from 'node:timers/promises'
import { CoreError } from './core-error.ts'
import { SigningError } from './signed-fetch.ts'

/** The limits of retries. */
export interface RetryOptions {
  /** How long to retry (default: 120 seconds); five seconds where nothing ever answered. */
  retrySeconds?: number
  /** Ends all calls. */
  signal?: AbortSignal
  /** Called before each pause. */
  onRetry?: (error: CoreError, pauseSeconds: number) => void
}

/** The arguments of fetch, with limits of this call. */
export interface RetriedInit extends RequestInit {
  retrySeconds?: number
  /** The time for one attempt, with its answer. */
  timeoutMs?: number
}

/** `fetch` with retries. An answer is complete when it returns; one of 400 or above is thrown as a CoreError. */
export type RetryingFetch = (input: string | URL | Request, init?: RetriedInit) => Promise<Response>

// Above API Gateway's timeout of 29 s, so that its answer arrives first.
const defaultTimeoutMs = 35_000
const firstPauseMs = 200
const longestPauseMs = 5000
// An address that never answered is more likely mistyped than down, so its failure is reported early.
const firstContactSeconds = 5

/** Retries passing failures of idempotent calls, with exponential backoff and jitter, never before Retry-After. */
export class Retry {
  readonly #options: RetryOptions
  #isReached = false

  constructor(options: RetryOptions) {
    this.#options = options
  }

  /** Makes a fetch with retries out of one without. */
  wrap(send: typeof fetch): RetryingFetch {
    return async (input, { retrySeconds, timeoutMs = defaultTimeoutMs, ...init } = {}) => {
      // A header that cannot be sent is the caller's mistake, not an outage: it throws a TypeError here.
      new Headers(init.headers)
      const startedAt = performance.now()
      for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
        const answer = await this.#attempt(
          () => send(input, { ...init, signal: this.#signalOf(init, timeoutMs) }),
          addressOf(input),
        )
        this.#isReached ||= answer instanceof Response || answer.status > 0
        if (answer instanceof Response) return answer
        if (!answer.isPassing) throw answer
        const leftMs = startedAt + 1000 * this.#allowedSeconds(retrySeconds) - performance.now()
        if (leftMs <= 1000 * answer.retryAfterSeconds) throw answer
        await this.#pause(answer, { pauseMs, leftMs })
      }
    }
  }

  #signalOf({ signal }: RequestInit, timeoutMs: number): AbortSignal {
    return AbortSignal.any([this.#options.signal, signal, AbortSignal.timeout(timeoutMs)].filter((one) => !!one))
  }

  /** Sends a call once and reads its answer to the end, since a connection may break within it. */
  async #attempt(send: () => Promise<Response>, address: string): Promise<Response | CoreError> {
    try {
      const response = await send()
      if (response.status >= 400) return await CoreError.of(response)
      await response.clone().arrayBuffer()
      return response
    } catch (error) {
      if (error instanceof SigningError || this.#options.signal?.aborted) throw error
      return CoreError.unanswered(address, error)
    }
  }

  #allowedSeconds(ofCall: number | undefined): number {
    const seconds = ofCall ?? this.#options.retrySeconds ?? 120
    return this.#isReached ? seconds : Math.min(seconds, firstContactSeconds)
  }

  async #pause(error: CoreError, { pauseMs, leftMs }: { pauseMs: number; leftMs: number }): Promise<void> {
    const { signal, onRetry } = this.#options
    // Jitter on top of Retry-After: clients rejected together must not return together.
    const wantedMs = Math.min(1000 * error.retryAfterSeconds + pauseMs * (0.5 + Math.random() / 2), leftMs)
    onRetry?.(error, wantedMs / 1000)
    await delay(wantedMs, undefined, signal ? { signal } : {})
  }
}

function addressOf(input: string | URL | Request): string {
  return input instanceof Request ? input.url : String(input)
}
