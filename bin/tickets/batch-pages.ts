import type * as z from 'zod'
import { routes } from '../../functions/contract/routes/routes.ts'
import type { batchStatusAnswer } from '../../functions/contract/schemas/answers.ts'
import type { Service } from './service.ts'

/** A batch's progress, with one page of its tickets. */
export type BatchStatus = z.output<typeof batchStatusAnswer>

/** A ticket of a batch, as its status lists it. */
export type BatchTicket = BatchStatus['tickets'][number]

/** Some tickets that follow each other in a batch; `first` is the position of the first, counted from 0. */
export interface TicketRun {
  first: number
  tickets: readonly BatchTicket[]
}

const largestPage = 1000

/** Reads a batch's progress, with the tickets after the cursor. */
export async function readStatus(service: Service, batchId: string, page: { limit: number; cursor?: string | undefined }) {
  const query = { limit: String(page.limit), ...(page.cursor ? { cursor: page.cursor } : {}) }
  return await service.call(routes['get-batch-status'], { params: { batchId }, query })
}

/** Reads all tickets of a batch, page by page. */
export async function* readTickets(service: Service, batchId: string): AsyncGenerator<TicketRun> {
  let cursor: string | undefined
  let first = 0
  do {
    const { tickets, nextCursor } = await readStatus(service, batchId, { limit: largestPage, cursor })
    yield { first, tickets }
    first += tickets.length
    cursor = nextCursor ?? undefined
  } while (cursor)
}

interface Page {
  cursor: string | undefined
  first: number
}

/**
 * Reads a growing batch repeatedly without reading all of it: a page whose tickets are all settled is not
 * read again, and pages beyond one where nothing is settled yet are not read either.
 */
export class SettlingPages {
  readonly #service: Service
  readonly #batchId: string
  #open: Page[] = [{ cursor: undefined, first: 0 }]
  readonly #seenCursors = new Set<string>()

  constructor(service: Service, batchId: string) {
    this.#service = service
    this.#batchId = batchId
  }

  /**
   * Reads once through the open pages, passes their tickets on, and returns the status that came with the
   * last page read.
   */
  async read(take: (run: TicketRun) => void): Promise<BatchStatus> {
    const stillOpen: Page[] = []
    const pages = this.#open
    for (let at = 0; ; at += 1) {
      const page = pages[at] ?? { cursor: undefined, first: 0 }
      const status = await readStatus(this.#service, this.#batchId, { limit: largestPage, cursor: page.cursor })
      const { tickets, nextCursor } = status
      take({ first: page.first, tickets })
      if (tickets.some(isPending) || nextCursor === null) stillOpen.push(page)
      if (nextCursor !== null && !this.#seenCursors.has(nextCursor)) {
        this.#seenCursors.add(nextCursor)
        pages.push({ cursor: nextCursor, first: page.first + tickets.length })
      }
      if (at === pages.length - 1 || tickets.every(isPending)) {
        this.#open = [...stillOpen, ...pages.slice(at + 1)]
        return status
      }
    }
  }
}

function isPending({ status }: BatchTicket): boolean {
  return status === 'pending'
}
