import type { Queryable } from '../../database/client.ts'
import type { FailedItem } from '../../database/generation-logs.ts'
import { insertItems } from '../../database/work-items.ts'

/** The guests of a job, in the order of the request, and why some of them cannot have a ticket. */
export interface JobItems {
  jobId: number
  guestIds: number[]
  failures: ReadonlyMap<number, Omit<FailedItem, 'itemId'>>
}

/** Writes the items of a job in the order of the request, while its next tickets are still being signed. */
export class JobItemWriter {
  readonly #sql: Queryable
  readonly #items: JobItems
  readonly #tickets = new Map<number, number>()
  readonly #written: Promise<number[]>[] = []
  #next = 0

  constructor(sql: Queryable, items: JobItems) {
    this.#sql = sql
    this.#items = items
  }

  /** Adds written tickets, by guest, and starts to write the items whose predecessors are all ready. */
  add(tickets: ReadonlyMap<number, number>): void {
    const { jobId, guestIds, failures } = this.#items
    for (const [guestId, ticketId] of tickets) this.#tickets.set(guestId, ticketId)
    const first = this.#next
    while (this.#isReady(guestIds[this.#next])) this.#next++
    const ready = guestIds.slice(first, this.#next)
    if (ready.length === 0) return
    const items = ready.map((guestId) => {
      const failure = failures.get(guestId)
      return { guestId, ticketId: this.#tickets.get(guestId) ?? null, ...(failure ? { failure } : {}) }
    })
    const written = insertItems(this.#sql, jobId, items)
    // `end` rejects with it; the tickets may fail before anybody calls that.
    written.catch(() => undefined)
    this.#written.push(written)
  }

  #isReady(guestId: number | undefined): boolean {
    return guestId !== undefined && (this.#tickets.has(guestId) || this.#items.failures.has(guestId))
  }

  /** Waits until all items are written and returns the ids of the pending ones, in order. */
  async end(): Promise<number[]> {
    this.add(new Map())
    return (await Promise.all(this.#written)).flat()
  }
}
