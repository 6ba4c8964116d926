import type { Queryable } from '../../database/client.ts'
import type { FailedItem } from '../../database/generation-logs.ts'
import { insertItems } from '../../database/work-items.ts'

/** Says for which guests a job has items, in the order of the request, and which of them can have no ticket, and why. */
export interface LinedUpItems {
  jobId: number
  guestIds: number[]
  failures: ReadonlyMap<number, Omit<FailedItem, 'itemId'>>
}

/**
 * Writes the items of a job while its tickets are still being written: whenever tickets are there, those items whose turn it is in the order
 * of the request, so that PostgreSQL has them to write while the next tickets are signed.
 */
export class JobItemWriter {
  readonly #sql: Queryable
  readonly #items: LinedUpItems
  readonly #tickets = new Map<number, number>()
  readonly #written: Promise<number[]>[] = []
  #next = 0

  constructor(sql: Queryable, items: LinedUpItems) {
    this.#sql = sql
    this.#items = items
  }

  /** Takes tickets that are written, by guest, and begins to write the items for which nobody before them in the line waits. */
  add(tickets: ReadonlyMap<number, number>): void {
    const { jobId, guestIds, failures } = this.#items
    for (const [guestId, ticketId] of tickets) this.#tickets.set(guestId, ticketId)
    const first = this.#next
    while (this.#hasCome(guestIds[this.#next])) this.#next++
    const ready = guestIds.slice(first, this.#next)
    if (ready.length === 0) return
    const items = ready.map((guestId) => {
      const failure = failures.get(guestId)
      return { guestId, ticketId: this.#tickets.get(guestId) ?? null, ...(failure ? { failure } : {}) }
    })
    const written = insertItems(this.#sql, jobId, items)
    // Whoever waits for the end hears of it; the tickets may fail before that.
    written.catch(() => undefined)
    this.#written.push(written)
  }

  #hasCome(guestId: number | undefined): boolean {
    return guestId !== undefined && (this.#tickets.has(guestId) || this.#items.failures.has(guestId))
  }

  /** Resolves when all are written, to the ids of those that are pending, in order. */
  async end(): Promise<number[]> {
    this.add(new Map())
    return (await Promise.all(this.#written)).flat()
  }
}
