import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Outcome } from '../lambda/function-environment.ts'

/** The function to run, and how often. */
export interface ScheduleSettings {
  name: string
  everySeconds: number
  /** Runs the function. `event` is JSON. */
  invoke(event: string): Promise<Outcome>
  log(line: string): void
}

const firstDelaySeconds = 1

/**
 * Runs a function periodically, as EventBridge Scheduler does: a second after the start, then at the
 * interval, never twice concurrently.
 */
export class Schedule {
  readonly #settings: ScheduleSettings
  readonly #stopping = new AbortController()

  /** Starts the schedule. */
  constructor(settings: ScheduleSettings) {
    this.#settings = settings
    void this.#run()
  }

  /** Starts no more runs. */
  stop(): void {
    this.#stopping.abort()
  }

  async #run(): Promise<void> {
    await this.#pause(firstDelaySeconds)
    while (!this.#stopping.signal.aborted) {
      const [outcome] = await Promise.all([this.#invoke(), this.#pause(this.#settings.everySeconds)])
      if (outcome.failed && !this.#stopping.signal.aborted)
        this.#settings.log(`The scheduled function ${this.#settings.name} failed: ${outcome.payload}`)
    }
  }

  #invoke(): Promise<Outcome> {
    const event = { version: '0', id: randomUUID(), 'detail-type': 'Scheduled Event', source: 'aws.scheduler', detail: {} }
    return this.#settings
      .invoke(JSON.stringify({ ...event, time: new Date().toISOString() }))
      .catch((error) => ({ failed: true, payload: String(error) }))
  }

  async #pause(seconds: number): Promise<void> {
    await delay(seconds * 1000, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
  }
}
