import { LRUCache } from 'lru-cache'

/**
 * The kinds of tickets compared so far, and whether each is the same from a shared print as printed alone.
 */
export type ComparedPrints = { fingerprint: string; layout: string; isSame: boolean }[]

/** A bounded cache of comparisons by kind: a fingerprint of markup, and the layout on the pages. */
export class PrintComparisons {
  readonly #byFingerprint = new LRUCache<string, ComparedKind>({
    max: maxFingerprints,
    memoMethod: () => ({ layouts: new Map(), isRefused: false, shared: 0, refused: 0 }),
  })
  readonly #addedTrials = new WeakSet<ComparedPrints>()

  /** Adds what a trial of a template found out, once. */
  addTrial(compared: ComparedPrints | undefined): void {
    if (!compared || this.#addedTrials.has(compared)) return
    this.#addedTrials.add(compared)
    for (const { fingerprint, layout, isSame } of compared) this.add(fingerprint, layout, isSame)
  }

  /** Looks up whether a kind may share a print, and counts the ticket; undefined for a new kind. */
  lookUp(fingerprint: string, layout: string): boolean | undefined {
    const known = this.#byFingerprint.get(fingerprint)
    const isSame = known?.layouts.get(layout)
    if (known && isSame !== undefined) known[isSame ? 'shared' : 'refused']++
    return isSame
  }

  /** Checks whether any ticket with this markup was compared. */
  has(fingerprint: string): boolean {
    return this.#byFingerprint.has(fingerprint)
  }

  /** Checks whether so few tickets with this markup came out the same that further attempts waste time. */
  rarelyMatches(fingerprint: string): boolean {
    const known = this.#byFingerprint.get(fingerprint)
    return known !== undefined && (known.isRefused || (known.refused >= minRefused && known.refused > 3 * known.shared))
  }

  /** Adds the result of a comparison. */
  add(fingerprint: string, layout: string, isSame: boolean): void {
    const { layouts } = this.#byFingerprint.memo(fingerprint)
    if (layouts.size < maxLayouts) layouts.set(layout, isSame)
  }

  /** Records that tickets with this markup cannot share a print, whatever their layout. */
  refuse(fingerprint: string): void {
    this.#byFingerprint.memo(fingerprint).isRefused = true
  }

  /** Counts a ticket that had to be printed alone. */
  countRefused(fingerprint: string): void {
    this.#byFingerprint.memo(fingerprint).refused++
  }

  /** Lists all results, the least recently used first. */
  list(): ComparedPrints {
    return [...this.#byFingerprint.entries()]
      .toReversed()
      .flatMap(([fingerprint, { layouts }]) => Array.from(layouts, ([layout, isSame]) => ({ fingerprint, layout, isSame })))
  }
}

const maxFingerprints = 5_000
const maxLayouts = 200
/** How many tickets must have been refused before the rest are given up on. */
const minRefused = 20

/** Tickets of one fingerprint: the result for each layout, and how many tickets it decided about. */
interface ComparedKind {
  layouts: Map<string, boolean>
  isRefused: boolean
  shared: number
  refused: number
}
