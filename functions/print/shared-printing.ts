import { RenderFailedError } from '../errors.ts'
import type { WarmBrowser } from './chromium/browser.ts'
import type { PrintDifference } from './compare/compare-shared-print.ts'
import { type ComparedPrints, PrintComparisons } from './compare/compared-prints.ts'
import {
  type PreparedPrint,
  preparePrint,
  printOnce,
  type RefusedPrint,
  type StageTimes,
  type TicketDocument,
} from './print-once.ts'
import type { PrintedTicket } from './split.ts'
import { TagCache } from './tags/tag-cache.ts'

/** A ticket that is printed alone, the first of its template for this reason. */
export interface Fallback {
  document: TicketDocument
  reason: string
}

/** Whom to tell of fallbacks, how many new kinds of tickets one call may compare, and whether tags are remembered. */
export interface SharingOptions {
  onFallback?: ((fallback: Fallback) => void) | undefined
  mostNewKinds?: number
  tagCache?: boolean
}

/** Why a ticket is printed alone that Chromium would print smaller, and all others of its print with it. */
export const wideReason = 'it is wider than its page'

/** Where to print, and whose times to add up. */
export interface PrintPlace {
  browser: WarmBrowser
  stages: StageTimes
}

async function compare(shared: PrintedTicket, alone: PrintedTicket): Promise<PrintDifference | undefined> {
  // Where all kinds of tickets are known it is not needed, and to load PDFium takes a tenth of a second.
  const { comparePrints } = await import('./compare/compare-shared-print.ts')
  return await comparePrints(shared.pdf, alone.pdf)
}

/**
 * Bounds what one call spends on comparing: a ticket that is printed alone without a comparison is right all
 * the same.
 */
const usualNewKinds = 8

/**
 * Decides which tickets share a print and which are printed alone. A ticket comes from a shared print only
 * when one of its kind, the same markup in the same layout, was found to be the same to every reader as
 * printed alone.
 */
export class SharedPrinting {
  readonly #comparisons = new PrintComparisons()
  /** Asked only for tickets that share a print: one alone gains little, and must not be printed twice. */
  readonly #tags: TagCache | undefined
  readonly #options: SharingOptions
  readonly #told = new Set<string>()
  /** By template, how many prints were mostly of tickets of new kinds. */
  readonly #strangers = new Map<string | undefined, number>()

  constructor(options: SharingOptions) {
    this.#options = options
    this.#tags = options.tagCache === false ? undefined : new TagCache()
  }

  /** Lists the kinds of tickets that were compared. */
  compared(): ComparedPrints {
    return this.#comparisons.list()
  }

  /** Prints tickets, in order. @throws RenderFailedError when Chromium prints no page of one. */
  async print(place: PrintPlace, documents: TicketDocument[]): Promise<PrintedTicket[]> {
    const [only, ...others] = documents
    if (only && others.length === 0) return [await this.#printAlone(place, only)]
    const prepared = preparePrint(documents)
    for (const { compared } of documents) this.#comparisons.take(compared)
    const sharing = this.#chooseSharing(prepared)
    if (sharing.length < documents.length) {
      const isSharing = new Set(sharing)
      return await this.#printParts(
        place,
        documents,
        documents.map((_, index) => (isSharing.has(index) ? -1 : index)),
      )
    }
    const result = await printOnce(place.browser, prepared, { stages: place.stages, memory: this.#tags })
    if ('tickets' in result) return await this.#verify(place, prepared, result.tickets)
    return await this.#printRefused(place, prepared, result)
  }

  async #printAlone({ browser, stages }: PrintPlace, document: TicketDocument): Promise<PrintedTicket> {
    const result = await printOnce(browser, preparePrint([document]), { stages })
    const [ticket] = 'tickets' in result ? result.tickets : []
    if (!ticket) throw new RenderFailedError('Chromium printed no page.')
    return ticket
  }

  /** Prints the tickets of each part in prints of their own; parts are told apart by number. */
  async #printParts(place: PrintPlace, documents: TicketDocument[], parts: number[]): Promise<PrintedTicket[]> {
    const printed: PrintedTicket[] = []
    for (const part of new Set(parts)) {
      const members = documents.flatMap((document, index) => (parts[index] === part ? [{ document, index }] : []))
      const tickets = await this.print(
        place,
        members.map(({ document }) => document),
      )
      for (const [position, { index }] of members.entries()) {
        const ticket = tickets[position]
        if (ticket) printed[index] = ticket
      }
    }
    return printed
  }

  /**
   * Chooses the tickets that may share a print: not those whose kind never could, and of kinds never seen
   * only the first few.
   */
  #chooseSharing({ documents, fingerprints }: PreparedPrint): number[] {
    const fresh = new Set<string>()
    const { mostNewKinds = usualNewKinds } = this.#options
    const sharing = documents.flatMap((_, index) => {
      const fingerprint = fingerprints[index] ?? ''
      if (this.#comparisons.isHopeless(fingerprint)) return []
      if (!this.#comparisons.knows(fingerprint)) fresh.add(fingerprint)
      return !fresh.has(fingerprint) || fresh.size <= mostNewKinds ? [index] : []
    })
    if (documents[0] && fresh.size > documents.length / 2) this.#noteStrangers(documents[0])
    return sharing.length === 1 ? [] : sharing
  }

  async #printRefused(place: PrintPlace, prepared: PreparedPrint, refusal: RefusedPrint): Promise<PrintedTicket[]> {
    const { documents, fingerprints } = prepared
    if ('groups' in refusal) return await this.#printParts(place, documents, refusal.groups)
    if ('wide' in refusal) {
      for (const index of refusal.wide) this.#comparisons.countRefused(fingerprints[index] ?? '')
      for (const index of refusal.wide) this.#tell(documents[index], wideReason)
      return await this.#printParts(
        place,
        documents,
        Array.from(documents, (_, index) => (refusal.wide.includes(index) ? index : -1)),
      )
    }
    if ('alone' in refusal || documents.length === 2) {
      const reason = 'alone' in refusal ? refusal.alone : 'the pages of one ticket cannot be told from those of the next'
      for (const fingerprint of fingerprints) this.#comparisons.refuse(fingerprint)
      for (const document of documents) this.#tell(document, reason)
      return await this.#printParts(place, documents, [...documents.keys()])
    }
    // The one that mixes the pages is alone sooner or later.
    const half = documents.length / 2
    return await this.#printParts(
      place,
      documents,
      Array.from(documents, (_, index) => (index < half ? 0 : 1)),
    )
  }

  /**
   * Compares one ticket of each new kind with its print alone, and prints alone all whose kind is not the
   * same.
   */
  async #verify(
    place: PrintPlace,
    { documents, fingerprints }: PreparedPrint,
    shared: PrintedTicket[],
  ): Promise<PrintedTicket[]> {
    const tickets: PrintedTicket[] = []
    const middle = shared.length / 2
    // From the middle: the first and the last ticket of a print are the ones least like the others.
    const indices = [...shared.keys()].sort((one, other) => Math.abs(one - middle) - Math.abs(other - middle))
    for (const index of indices) {
      const [document, fingerprint, ticket] = [documents[index], fingerprints[index], shared[index]]
      if (!document || !ticket || fingerprint === undefined) continue
      const isSame = this.#comparisons.verdict(fingerprint, ticket.layout)
      const alone = isSame ? undefined : await this.#printAlone(place, document)
      const difference = alone && isSame === undefined ? await compare(ticket, alone) : undefined
      // The first ticket of a print may owe to its place that it is the same.
      if (isSame === undefined && (difference || index > 0))
        this.#comparisons.note(fingerprint, ticket.layout, difference === undefined)
      if (difference) this.#tell(document, `in a shared print its ${difference} would differ`)
      tickets[index] = alone && (isSame === false || difference) ? alone : ticket
    }
    return tickets
  }

  /** Tells of a template whose tickets remain unlike any that came before, print after print. */
  #noteStrangers(document: TicketDocument): void {
    const prints = (this.#strangers.get(document.templateKey) ?? 0) + 1
    if (this.#strangers.size >= mostTold) this.#strangers.clear()
    this.#strangers.set(document.templateKey, prints)
    if (prints > tolerableStrangers) this.#tell(document, 'the markup differs from ticket to ticket')
  }

  #tell(document: TicketDocument | undefined, reason: string): void {
    if (!document) return
    const key = `${document.templateKey} ${reason}`
    if (document.templateKey !== undefined && this.#told.has(key)) return
    if (this.#told.size >= mostTold) this.#told.clear()
    this.#told.add(key)
    this.#options.onFallback?.({ document, reason })
  }
}

const mostTold = 1_000
const tolerableStrangers = 3
