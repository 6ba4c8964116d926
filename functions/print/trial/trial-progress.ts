import type { TemplateProblem } from '../../contract/template-check.ts'
import { RenderTimeoutError } from '../../errors.ts'
import { withTimeout } from '../../runtime/with-timeout.ts'
import { templateProblem } from '../../template/check/source/template-problem.ts'
import { listSlowParts, slowAdvice } from '../slow-parts.ts'
import type { TrialTicket } from './print-for-trial.ts'

/**
 * The progress of a trial print, which detects early that a template takes too long, and explains what takes
 * the time. When a browser hangs and is replaced, the trial restarts, and finds itself late.
 */
export class TrialProgress {
  readonly deadlineMs: number
  readonly #ticketCount: number
  readonly #start = performance.now()
  readonly #printMs: number[] = []
  #since = this.#start
  #ticket: TrialTicket | undefined
  #isTooSlow = false

  constructor(deadlineMs: number, ticketCount: number) {
    this.deadlineMs = deadlineMs
    this.#ticketCount = ticketCount
  }

  /** Waits for a ticket's print, a quarter of the trial's time at most. @throws RenderTimeoutError */
  async watch<T>(ticket: TrialTicket, print: Promise<T>): Promise<T> {
    this.#ticket = ticket
    this.#since = performance.now()
    const timeoutMs = this.deadlineMs / 4
    const onTimeout = (): RenderTimeoutError => {
      this.#isTooSlow = true
      return new RenderTimeoutError(`Printing a ticket took longer than ${timeoutMs} ms.`)
    }
    const printed = await withTimeout(print, { timeoutMs, onTimeout })
    this.#printMs.push(performance.now() - this.#since)
    this.#since = performance.now()
    return printed
  }

  /** Whether the time is up, or will be, even if the remaining tickets print as quickly as the quickest. */
  get isLate(): boolean {
    const leastMs = this.#printMs.length < 2 ? 0 : Math.min(...this.#printMs) * this.#ticketCount
    return this.#isTooSlow || leastMs > this.deadlineMs || performance.now() - this.#start >= this.deadlineMs - 100
  }

  /** The problem to report when the time is up: how far the trial came, and what in the ticket costs most. */
  get problem(): TemplateProblem {
    const guest = this.#ticket?.guest.name
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
    const done = `${this.#printMs.length} of the trial's tickets were printed in ${seconds(this.#since - this.#start)}`
    const next = this.#isTooSlow ? `, and the next one took more than ${seconds(this.deadlineMs / 4)}` : ''
    const why = this.#ticket ? `; a ticket has ${listSlowParts(this.#ticket.document.html)}` : ''
    const place = guest === undefined ? {} : { guest }
    return templateProblem('CANNOT_PRINT', place, [`printing takes too long: ${done}${next}${why}`, slowAdvice])
  }
}
