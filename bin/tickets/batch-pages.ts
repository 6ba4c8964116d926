import type * as z from 'zod'
import { routes } from '../../functions/contract/routes/routes.ts'
import type { batchStatusAnswer } from '../../functions/contract/schemas/answers.ts'
import type { Service } from './service.ts'

/** The progress of a batch, with one page of its tickets. */
export type BatchStatus = z.output<typeof batchStatusAnswer>

/** A ticket in the status of a batch. */
export type BatchTicket = BatchStatus['tickets'][number]

/** Consecutive tickets of a batch; `first` is the zero-based position of the first. */
export interface TicketRun {
  first: number
  tickets: readonly BatchTicket[]
}

const pageLimit = 1000

/** Reads the progress of a batch, with the tickets after the cursor. */
export async function readStatus(service: Service, batchId: string, page: { limit: number; cursor?: string | undefined }) {
  const query = { limit: String(page.limit), ...(page.cursor ? { cursor: page.cursor } : {}) }
  return await service.call(routes['get-batch-status'], { params: { batchId }, query })
}

/** Reads all tickets of a batch, page by page. */
export async function* readTickets(service: Service, batchId: string): AsyncGenerator<TicketRun> {
  let cursor: string | undefined
  let first = 0
  do {
    const { tickets, nextCursor } = await readStatus(service, batchId, { limit: pageLimit, cursor })
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
 * Polls a running batch without reading all of it each time: skips pages whose tickets are all settled, and
 * the pages after one where every ticket is pending.
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

  /** Reads the open pages once, passes their tickets to `onRun`, and returns the last page's status. */
  async read(onRun: (run: TicketRun) => void): Promise<BatchStatus> {
    const stillOpen: Page[] = []
    const pages = this.#open
    for (let at = 0; ; at += 1) {
      const page = pages[at] ?? { cursor: undefined, first: 0 }
      const status = await readStatus(this.#service, this.#batchId, { limit: pageLimit, cursor: page.cursor })
      const { tickets, nextCursor } = status
      onRun({ first: page.first, tickets })
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
