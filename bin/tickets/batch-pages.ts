import type { Core } from '../client/core-client.ts'
import type { BatchStatusAnswer as BatchStatus } from '../client/generated/contract.ts'

export type { BatchStatus }

/** A ticket in the status of a batch. */
export type BatchTicket = BatchStatus['tickets'][number]

/** Consecutive tickets of a batch; `first` is the zero-based position of the first. */
export interface TicketRun {
  first: number
  tickets: readonly BatchTicket[]
}

const pageLimit = 1000

/** The one call of the client that reads a batch. */
type Reader = Pick<Core, 'get_batch_status'>

/** Reads the progress of a batch, with the tickets after the cursor. */
export async function readStatus(core: Reader, batchId: string, page: { limit: number; cursor?: string | undefined }) {
  return (await core.get_batch_status({ path: { batchId }, query: page })).data
}

/** Reads all tickets of a batch, page by page. */
export async function* readTickets(core: Reader, batchId: string): AsyncGenerator<TicketRun> {
  let cursor: string | undefined
  let first = 0
  do {
    const { tickets, nextCursor } = await readStatus(core, batchId, { limit: pageLimit, cursor })
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
  readonly #core: Reader
  readonly #batchId: string
  #open: Page[] = [{ cursor: undefined, first: 0 }]
  readonly #seenCursors = new Set<string>()

  constructor(core: Reader, batchId: string) {
    this.#core = core
    this.#batchId = batchId
  }

  /** Reads the open pages once, passes their tickets to `onRun`, and returns the last page's status. */
  async read(onRun: (run: TicketRun) => void): Promise<BatchStatus> {
    const stillOpen: Page[] = []
    const pages = this.#open
    for (let at = 0; ; at += 1) {
      const page = pages[at] ?? { cursor: undefined, first: 0 }
      const status = await readStatus(this.#core, this.#batchId, { limit: pageLimit, cursor: page.cursor })
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
