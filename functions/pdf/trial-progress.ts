import type { TemplateProblem } from '../contract/template-check.ts'
import { templateProblem } from './template-problem.ts'
import type { TrialTicket } from './trial-print.ts'

/**
 * Where a trial print is, so that a template which takes too long hears what took the time. A browser that
 * hangs is replaced, and the trial begun anew: it then finds itself late.
 */
export class TrialProgress {
  readonly deadlineMs: number
  readonly #start = performance.now()
  #since = this.#start
  #ticket: TrialTicket | undefined
  #printed = 0

  constructor(deadlineMs: number) {
    this.deadlineMs = deadlineMs
  }

  /** Notes what is done from now on: the print of a guest's ticket, or without one, of all together. */
  begin(ticket?: TrialTicket): void {
    if (this.#ticket) this.#printed++
    this.#ticket = ticket ?? this.#ticket
    this.#since = performance.now()
  }

  /** Tells whether the time is up. */
  get isLate(): boolean {
    return performance.now() - this.#start >= this.deadlineMs - 100
  }

  /** Says what was being done when the time was up, and what of the ticket costs most. */
  get problem(): TemplateProblem {
    const guest = this.#ticket?.guest.name
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
    const now = performance.now()
    const done = `${this.#printed} of the trial's tickets were printed in ${seconds(this.#since - this.#start)}`
    const costs = this.#ticket ? costsOf(this.#ticket.document.html) : []
    const why = costs.length > 0 ? `; a ticket has ${costs.join(', ')}` : ''
    const message = `printing takes too long: ${done}, the next one took more than ${seconds(now - this.#since)}${why}`
    const place = guest === undefined ? {} : { guest }
    return templateProblem('CANNOT_PRINT', place, [message, 'do without shadows, filters and large pictures, or shorten it'])
  }
}

const costly = {
  filters: /filter\s{0,9}:\s{0,9}(?!none)/gi,
  shadows: /shadow\s{0,9}:\s{0,9}(?!none)/gi,
  gradients: /gradient\(/gi,
  'blend modes': /blend-mode\s{0,9}:/gi,
  'SVG filters': /<filter\b/gi,
}
const manyElements = 5_000
const largePictureBytes = 300_000

function costsOf(html: string): string[] {
  const counted = Object.entries(costly).flatMap(([name, pattern]) => {
    const count = html.match(pattern)?.length ?? 0
    return count > 0 ? [`${count} ${name}`] : []
  })
  const elements = html.split('<').length
  const pictures = html.match(/data:image\/[a-z+]+[^"')]*/gi) ?? []
  const largest = Math.max(0, ...pictures.map(({ length }) => length))
  return [
    ...(elements > manyElements ? [`${elements} tags`] : []),
    ...(largest > largePictureBytes ? [`a picture of ${Math.round((largest * 3) / 4000)} KB`] : []),
    ...counted,
  ]
}
