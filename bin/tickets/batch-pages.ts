import type * as z from 'zod'
import type { batchStatusAnswer } from '../../functions/contract/answers.ts'
import { routes } from '../../functions/contract/routes.ts'
import type { Service } from './service.ts'

/** Is how a batch stands, with one page of its tickets. */
export type BatchStatus = z.output<typeof batchStatusAnswer>

/** Is one ticket of a batch, as its status lists it. */
export type BatchTicket = BatchStatus['tickets'][number]

const largestPage = 1000

/** Reads how a batch stands, with the tickets after the cursor. */
export async function readStatus(service: Service, batchId: string, page: { limit: number; cursor?: string | undefined }) {
  const query = { limit: String(page.limit), ...(page.cursor ? { cursor: page.cursor } : {}) }
  return await service.call(routes['get-batch-status'], { params: { batchId }, query })
}

/** Reads all tickets of a batch, page by page. */
export async function* readTickets(service: Service, batchId: string): AsyncGenerator<BatchTicket> {
  let cursor: string | undefined
  do {
    const page = await readStatus(service, batchId, { limit: largestPage, cursor })
    yield* page.tickets
    cursor = page.nextCursor ?? undefined
  } while (cursor)
}

/**
 * Reads a growing batch again and again without reading all of it: a page whose tickets are all settled is not read any more, and
 * pages beyond one where nothing is settled yet are not read either.
 */
export class SettlingPages {
  readonly #service: Service
  readonly #batchId: string
  #openCursors: (string | undefined)[] = [undefined]
  readonly #seenCursors = new Set<string>()

  constructor(service: Service, batchId: string) {
    this.#service = service
    this.#batchId = batchId
  }

  /** Reads once through the open pages, hands their tickets on, and gives the status that came with the last page read. */
  async read(take: (tickets: readonly BatchTicket[]) => void): Promise<BatchStatus> {
    const stillOpen: (string | undefined)[] = []
    const cursors = this.#openCursors
    for (let at = 0; ; at += 1) {
      const page = await readStatus(this.#service, this.#batchId, { limit: largestPage, cursor: cursors[at] })
      take(page.tickets)
      if (page.tickets.some(isPending) || page.nextCursor === null) stillOpen.push(cursors[at])
      if (page.nextCursor !== null && !this.#seenCursors.has(page.nextCursor)) {
        this.#seenCursors.add(page.nextCursor)
        cursors.push(page.nextCursor)
      }
      if (at === cursors.length - 1 || page.tickets.every(isPending)) {
        this.#openCursors = [...stillOpen, ...cursors.slice(at + 1)]
        return page
      }
    }
  }
}

function isPending({ status }: BatchTicket): boolean {
  return status === 'pending'
}
