import {
  type EnvironmentSettings,
  type FunctionEnvironment,
  type Outcome,
  startFunctionEnvironment,
} from './function-environment.ts'
import { functionArn } from './lambda-context.ts'

/** The function of a pool. */
export interface FunctionSettings extends EnvironmentSettings {
  name: string
  timeoutSeconds: number
  maximumEnvironments: number
}

/** Error thrown when no environment became free within the function's timeout. */
export class TooManyRequests extends Error {}

interface Request {
  requestId: string
  event: string
  settle(outcome: Outcome): void
  /** Rejects the request if it is still queued, and returns whether it was. */
  leave(reason: Error): boolean
}

/**
 * The warm environments of a function. The pool starts one when requests wait and fewer than the maximum run.
 * Where Lambda answers 429 immediately when the concurrency is used up, a request waits here for up to the
 * function's timeout: a laptop has a concurrency of about two, so every developer would need the retries that
 * are rare on AWS.
 */
export class FunctionPool {
  readonly #settings: FunctionSettings
  readonly #waiting: Request[] = []
  readonly #starting = new Set<Promise<void>>()
  readonly #running = new Set<FunctionEnvironment>()
  readonly #stopping = new AbortController()
  #idle: FunctionEnvironment[] = []
  #busy = 0

  constructor(settings: FunctionSettings) {
    this.#settings = settings
  }

  /**
   * Runs the handler on `event` (JSON) in the next free environment. Aborting `abandoned` removes a request
   * from the queue.
   * @throws TooManyRequests when no environment became free within the function's timeout.
   * @throws Error when it was abandoned, or the pool stopped, while it was queued.
   */
  invoke(requestId: string, event: string, abandoned?: AbortSignal): Promise<Outcome> {
    const { timeoutSeconds } = this.#settings
    return new Promise((resolve, reject) => {
      const leave = (reason: Error) => {
        clearTimeout(timer)
        const at = this.#waiting.indexOf(request)
        if (at < 0) return false
        this.#waiting.splice(at, 1)
        reject(reason)
        return true
      }
      const giveUp = () => {
        const reason = `No environment of ${functionArn(this.#settings.name)} became free within ${timeoutSeconds} s.`
        if (leave(new TooManyRequests(reason))) this.#record({ Throttles: 1 })
      }
      const timer = setTimeout(giveUp, timeoutSeconds * 1000)
      const settle = (outcome: Outcome) => {
        clearTimeout(timer)
        resolve(outcome)
      }
      const request = { requestId, event, settle, leave }
      abandoned?.addEventListener('abort', () => leave(new Error('The caller has gone.')))
      this.#waiting.push(request)
      this.#dispatch()
    })
  }

  /** Ends every environment. Running and queued invocations fail. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    for (const { leave } of [...this.#waiting]) leave(new Error('The functions are stopped.'))
    await Promise.all([...this.#starting, ...[...this.#running].map(({ ended }) => ended)])
  }

  #dispatch(): void {
    this.#idle = this.#idle.filter((environment) => environment.isAlive())
    while (this.#waiting.length > 0) {
      const environment = this.#idle.pop()
      const request = environment && this.#waiting.shift()
      if (!request) break
      void this.#serve(environment, request)
    }
    while (this.#mayStart()) this.#start()
  }

  async #serve(environment: FunctionEnvironment, { requestId, event, settle }: Request): Promise<void> {
    const { name, timeoutSeconds } = this.#settings
    const startedAt = performance.now()
    const deadline = Date.now() + timeoutSeconds * 1000
    this.#busy += 1
    const concurrency = this.#busy
    const outcome = await environment.invoke({ requestId, functionName: name, deadline }, event)
    this.#busy -= 1
    this.#record({ ConcurrentExecutions: concurrency, Duration: performance.now() - startedAt, Errors: outcome.failed ? 1 : 0 })
    settle(outcome)
    this.#idle.push(environment)
    this.#dispatch()
  }

  /** Records the metrics that Lambda sends to CloudWatch. */
  #record(values: Record<string, number>): void {
    this.#settings.metrics.record('AWS/Lambda', { FunctionName: this.#settings.name }, values)
  }

  #mayStart(): boolean {
    const count = this.#running.size + this.#starting.size
    const isWanted = this.#waiting.length > this.#starting.size
    return isWanted && count < this.#settings.maximumEnvironments && !this.#stopping.signal.aborted
  }

  #start(): void {
    const start = this.#startOne().finally(() => {
      this.#starting.delete(start)
      this.#dispatch()
    })
    this.#starting.add(start)
  }

  async #startOne(): Promise<void> {
    const started = await startFunctionEnvironment(this.#settings, this.#stopping.signal)
    // The oldest request gets the failure; the next one has another environment started.
    if ('failed' in started) return this.#waiting.shift()?.settle(started)
    this.#running.add(started)
    this.#idle.push(started)
    void started.ended.then(() => {
      this.#running.delete(started)
      this.#dispatch()
    })
  }
}
