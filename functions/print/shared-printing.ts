import { LRUCache } from 'lru-cache'
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
import { type AloneCode, type AloneReason, describeReason, whyAlone } from './printed-alone.ts'
import type { PrintedTicket } from './split.ts'
import { TagCache } from './tags/tag-cache.ts'

/** A ticket printed alone, the first of its template for this reason. */
export interface Fallback {
  document: TicketDocument
  code: AloneCode
  /** The reason in words. */
  reason: string
}

/** Options for sharing prints. */
export interface SharingOptions {
  /** Called once per template and reason when tickets are printed alone. */
  onFallback?: ((fallback: Fallback) => void) | undefined
  /** How many new kinds of tickets one call may compare; 8 by default. */
  newKindsPerCall?: number
  /** Whether to cache tags (the default) rather than have Chromium tag every ticket. */
  tagCache?: boolean
}

/** The browser to print in, and the stage times to add to. */
export interface PrintContext {
  browser: WarmBrowser
  stages: StageTimes
}

/** Bounds the time spent on comparisons: a ticket printed alone needs none. */
const defaultNewKindsPerCall = 8
const rememberedTemplates = 1_000
/** The number of prints of mostly new kinds that a template may have before it is reported. */
const toleratedNewPrints = 3

/**
 * Decides which tickets share a print and which are printed alone; `whyAlone` holds the rules. A ticket comes
 * from a shared print only if one of its kind (the same markup in the same layout) was compared with its
 * print alone, and was the same to every reader.
 */
export class SharedPrinting {
  readonly #comparisons = new PrintComparisons()
  /** Used only for tickets that share a print: a single one gains little, and must not be printed twice. */
  readonly #tagCache: TagCache | undefined
  readonly #options: SharingOptions
  /** The reasons reported for each template. */
  readonly #reported = new LRUCache<string, Set<string>>({ max: rememberedTemplates, memoMethod: () => new Set() })
  /** The number of prints of mostly new kinds, by template. */
  readonly #newPrints = new LRUCache<string, number>({ max: rememberedTemplates })

  constructor(options: SharingOptions) {
    this.#options = options
    this.#tagCache = options.tagCache === false ? undefined : new TagCache()
  }

  /** Lists the kinds of tickets that were compared. */
  compared(): ComparedPrints {
    return this.#comparisons.list()
  }

  /** Prints tickets, in order. @throws RenderFailedError when Chromium prints no page of one. */
  async print(context: PrintContext, documents: TicketDocument[]): Promise<PrintedTicket[]> {
    const [only, ...others] = documents
    if (only && others.length === 0) return [await this.#printAlone(context, only)]
    const prepared = preparePrint(documents)
    for (const { compared } of documents) this.#comparisons.addTrial(compared)
    const groups = this.#groupBeforePrint(prepared)
    if (groups) return await this.#printGroups(context, documents, groups)
    const result = await printOnce(context.browser, prepared, { stages: context.stages, tagCache: this.#tagCache })
    if ('tickets' in result) return await this.#verify(context, prepared, result.tickets)
    return await this.#printGroups(context, documents, this.#groupRefused(prepared, result))
  }

  async #printAlone({ browser, stages }: PrintContext, document: TicketDocument): Promise<PrintedTicket> {
    const result = await printOnce(browser, preparePrint([document]), { stages })
    const [ticket] = 'tickets' in result ? result.tickets : []
    if (!ticket) throw new RenderFailedError('Chromium printed no page.')
    return ticket
  }

  /** Prints each group of tickets separately; `groups` holds the group number of each ticket. */
  async #printGroups(context: PrintContext, documents: TicketDocument[], groups: number[]): Promise<PrintedTicket[]> {
    const printed: PrintedTicket[] = []
    for (const indices of Map.groupBy(documents.keys(), (index) => groups[index]).values()) {
      const members = indices.flatMap((index) => documents[index] ?? [])
      const tickets = await this.print(context, members)
      for (const [position, index] of indices.entries()) {
        const ticket = tickets[position]
        if (!ticket) throw new RenderFailedError('A print returned fewer tickets than it was given.')
        printed[index] = ticket
      }
    }
    return printed
  }

  /** Assigns a group of its own to each ticket that may not share this print; undefined when all may share. */
  #groupBeforePrint({ documents, fingerprints }: PreparedPrint): number[] | undefined {
    const { newKindsPerCall = defaultNewKindsPerCall } = this.#options
    const newKinds = new Set<string>()
    const alone = new Set<number>()
    for (const [index, fingerprint] of fingerprints.entries()) {
      const isKnownDifferent = this.#comparisons.rarelyMatches(fingerprint)
      if (!isKnownDifferent && !this.#comparisons.has(fingerprint)) newKinds.add(fingerprint)
      const isOverBudget = newKinds.has(fingerprint) && newKinds.size > newKindsPerCall
      const reason = whyAlone({ isKnownDifferent, isOverBudget })
      if (!reason) continue
      alone.add(index)
      if (!isOverBudget) this.#report(documents[index], reason)
    }
    const [first] = documents
    if (first && newKinds.size > documents.length / 2) this.#countPrintOfNewKinds(first)
    if (alone.size === 0) return undefined
    return documents.map((_, index) => (alone.has(index) ? index : sharedGroup))
  }

  /** Groups the tickets of a print that could not be made as one document. */
  #groupRefused({ documents, fingerprints }: PreparedPrint, refusal: RefusedPrint): number[] {
    if ('groups' in refusal) return refusal.groups
    if ('wide' in refusal) {
      for (const index of refusal.wide) {
        this.#comparisons.countRefused(fingerprints[index] ?? '')
        this.#report(documents[index], whyAlone({ isWide: true }))
      }
      return documents.map((_, index) => (refusal.wide.includes(index) ? index : sharedGroup))
    }
    const obstacle = 'alone' in refusal ? refusal.alone : undefined
    const half = documents.length / 2
    // Repeated halving eventually isolates the ticket that mixes the pages.
    if (!obstacle && half > 1) return documents.map((_, index) => (index < half ? 0 : 1))
    for (const fingerprint of fingerprints) this.#comparisons.refuse(fingerprint)
    for (const document of documents) this.#report(document, whyAlone({ obstacle, hasMixedPages: !obstacle }))
    return [...documents.keys()]
  }

  /** Compares one ticket of each new kind with its print alone; prints alone the kinds that differ. */
  async #verify(
    context: PrintContext,
    { documents, fingerprints }: PreparedPrint,
    shared: PrintedTicket[],
  ): Promise<PrintedTicket[]> {
    const tickets: PrintedTicket[] = []
    for (const index of fromTheMiddle(shared.length)) {
      const [document, fingerprint, ticket] = [documents[index], fingerprints[index], shared[index]]
      if (!document || !ticket || fingerprint === undefined) continue
      const isSame = this.#comparisons.lookUp(fingerprint, ticket.layout)
      const alone = isSame ? undefined : await this.#printAlone(context, document)
      const difference = alone && isSame === undefined ? await compare(ticket, alone) : undefined
      // The first ticket of a print may match only because it comes first.
      if (isSame === undefined && (difference || index > 0))
        this.#comparisons.add(fingerprint, ticket.layout, difference === undefined)
      const reason = whyAlone({ difference, isKnownDifferent: isSame === false })
      this.#report(document, reason)
      tickets[index] = alone && reason ? alone : ticket
    }
    return tickets
  }

  /** Reports a template whose tickets keep differing from all earlier ones, print after print. */
  #countPrintOfNewKinds(document: TicketDocument): void {
    const key = document.templateKey ?? ''
    const prints = (this.#newPrints.get(key) ?? 0) + 1
    this.#newPrints.set(key, prints)
    if (prints > toleratedNewPrints) this.#report(document, whyAlone({ isOverBudget: true }))
  }

  /** Reports each reason once per template; a known difference only if nothing else was reported. */
  #report(document: TicketDocument | undefined, reason: AloneReason | undefined): void {
    if (!document || !reason) return
    const { templateKey } = document
    const isRepeated = reason.code === 'KNOWN_DIFFERENT'
    const words = describeReason(reason)
    const reported = templateKey === undefined ? new Set<string>() : this.#reported.memo(templateKey)
    if (reported.has(words) || (isRepeated && (templateKey === undefined || reported.size > 0))) return
    reported.add(words)
    this.#options.onFallback?.({ document, code: reason.code, reason: words })
  }
}

/** The group number of tickets that stay together; no index equals it. */
const sharedGroup = -1

/** Lists indices from the middle outwards, since the first and last tickets are the least typical. */
function fromTheMiddle(length: number): number[] {
  const middle = length / 2
  return [...Array(length).keys()].sort((one, other) => Math.abs(one - middle) - Math.abs(other - middle))
}

async function compare(shared: PrintedTicket, alone: PrintedTicket): Promise<PrintDifference | undefined> {
  // Loading PDFium takes a tenth of a second; a process that meets only known kinds never needs it.
  const { comparePrints } = await import('./compare/compare-shared-print.ts')
  return await comparePrints(shared.pdf, alone.pdf)
}
