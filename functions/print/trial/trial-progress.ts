import type { TemplateProblem } from '../../contract/template-check.ts'
import { RenderTimeoutError } from '../../errors.ts'
import { templateProblem } from '../../template/check/source/template-problem.ts'
import { listSlowParts, slowAdvice } from '../slow-parts.ts'
import type { TrialTicket } from './types.ts'

/**
 * Where a trial print is, so that a template which takes too long is found out early and hears what took the
 * time. A browser that hangs is replaced, and the trial begun anew: it then finds itself late.
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

  /**
   * Waits for the print of a guest's ticket, a quarter of the trial's time at most.
   * @throws RenderTimeoutError when it takes longer, which decides the trial.
   */
  async watch<T>(ticket: TrialTicket, print: Promise<T>): Promise<T> {
    this.#ticket = ticket
    this.#since = performance.now()
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      this.#isTooSlow = true
      reject(new RenderTimeoutError(`Printing a ticket took longer than ${this.deadlineMs / 4} ms.`))
    }, this.deadlineMs / 4)
    try {
      const printed = await Promise.race([print, late])
      this.#printMs.push(performance.now() - this.#since)
      this.#since = performance.now()
      return printed
    } finally {
      clearTimeout(timer)
    }
  }

  /** Tells whether the time is up, or will be, however quick the other guests' tickets are printed. */
  get isLate(): boolean {
    const leastMs = this.#printMs.length < 2 ? 0 : Math.min(...this.#printMs) * this.#ticketCount
    return this.#isTooSlow || leastMs > this.deadlineMs || performance.now() - this.#start >= this.deadlineMs - 100
  }

  /** Says what was being done when the time was up, and what of the ticket costs most. */
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
