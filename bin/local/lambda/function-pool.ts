import {
  type EnvironmentSettings,
  type FunctionEnvironment,
  type Outcome,
  startFunctionEnvironment,
} from './function-environment.ts'
import { functionArn } from './lambda-context.ts'

/** Describes a function whose environments a pool keeps. */
export interface FunctionSettings extends EnvironmentSettings {
  name: string
  timeoutSeconds: number
  maximumEnvironments: number
}

/** Says that no environment became free while the caller was ready to wait. */
export class TooManyRequests extends Error {}

interface Request {
  requestId: string
  event: string
  settle(outcome: Outcome): void
  /** Takes it out of the line; tells whether it still stood there. */
  leave(reason: Error): boolean
}

/**
 * Keeps a function's environments: they are started when requests wait and fewer than the maximum run, and stay warm.
 * Lambda answers 429 at once when a function's concurrency is used up. Here a request waits, as long as the function may
 * run: a laptop has a concurrency of two or so, and its user should not have to write the retries that Lambda's size makes rare.
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
   * Runs the handler on `event` (JSON) in the next free environment. `abandoned` takes a request that still waits out of the line.
   * @throws TooManyRequests when no environment got free within the function's timeout.
   * @throws Error when it was abandoned, or the pool stopped, before its turn came.
   */
  invoke(requestId: string, event: string, abandoned?: AbortSignal): Promise<Outcome> {
    const { timeoutSeconds } = this.#settings
    return new Promise((resolve, reject) => {
      const leave = (reason: Error) => {
        clearTimeout(patience)
        const at = this.#waiting.indexOf(request)
        if (at < 0) return false
        this.#waiting.splice(at, 1)
        reject(reason)
        return true
      }
      const giveUp = () => {
        const reason = `No environment of ${functionArn(this.#settings.name)} got free in ${timeoutSeconds} s.`
        if (leave(new TooManyRequests(reason))) this.#tell({ Throttles: 1 })
      }
      const patience = setTimeout(giveUp, timeoutSeconds * 1000)
      const settle = (outcome: Outcome) => {
        clearTimeout(patience)
        resolve(outcome)
      }
      const request = { requestId, event, settle, leave }
      abandoned?.addEventListener('abort', () => leave(new Error('The caller has gone.')))
      this.#waiting.push(request)
      this.#dispatch()
    })
  }

  /** Ends every environment; what they run fails, and so does what waits. */
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
    const atOnce = this.#busy
    const outcome = await environment.invoke({ requestId, functionName: name, deadline }, event)
    this.#busy -= 1
    this.#tell({ ConcurrentExecutions: atOnce, Duration: performance.now() - startedAt, Errors: outcome.failed ? 1 : 0 })
    settle(outcome)
    this.#idle.push(environment)
    this.#dispatch()
  }

  /** Tells what AWS Lambda tells CloudWatch of a function. */
  #tell(values: Record<string, number>): void {
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
    // Whoever waits longest hears why: the next one in line has another environment started.
    if ('failed' in started) return this.#waiting.shift()?.settle(started)
    this.#running.add(started)
    this.#idle.push(started)
    void started.ended.then(() => {
      this.#running.delete(started)
      this.#dispatch()
    })
  }
}
