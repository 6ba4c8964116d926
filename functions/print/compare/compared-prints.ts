/**
 * Kinds of tickets that were compared, by fingerprint and layout, and whether each is the same from a shared
 * print as printed alone.
 */
export type ComparedPrints = { fingerprint: string; layout: string; isSame: boolean }[]

/**
 * Remembers which kinds of tickets were compared with their print alone, and how it came out; the kinds used
 * last, up to a bound. A kind is a fingerprint of markup, and the layout of the ticket on its pages, which is
 * known after a shared print.
 */
export class PrintComparisons {
  /** In the order of their last use. */
  readonly #known = new Map<string, KnownTickets>()
  readonly #taken = new WeakSet<ComparedPrints>()

  /** Takes over what a trial of a template found out, once. */
  take(compared: ComparedPrints | undefined): void {
    if (!compared || this.#taken.has(compared)) return
    this.#taken.add(compared)
    for (const { fingerprint, layout, isSame } of compared) this.note(fingerprint, layout, isSame)
  }

  /**
   * Tells whether a kind of ticket may share a print; nothing where it was not compared. Counts the ticket
   * that it was asked for.
   */
  verdict(fingerprint: string, layout: string): boolean | undefined {
    const known = this.#known.get(fingerprint)
    const isSame = known?.layouts.get(layout)
    if (known && isSame !== undefined) known[isSame ? 'shared' : 'refused']++
    return isSame
  }

  /** Tells whether any ticket of such markup was compared. */
  knows(fingerprint: string): boolean {
    return this.#known.has(fingerprint)
  }

  /**
   * Tells whether hardly any ticket of such markup came out the same, so that to try more of them in shared
   * prints is time lost.
   */
  isHopeless(fingerprint: string): boolean {
    const known = this.#known.get(fingerprint)
    return known !== undefined && (known.isRefused || (known.refused >= telling && known.refused > 3 * known.shared))
  }

  /** Notes how a comparison came out. */
  note(fingerprint: string, layout: string, isSame: boolean): void {
    const known = this.#use(fingerprint)
    if (known.layouts.size < mostLayouts) known.layouts.set(layout, isSame)
  }

  /** Notes that tickets of such markup cannot share a print, whatever their layout. */
  refuse(fingerprint: string): void {
    this.#use(fingerprint).isRefused = true
  }

  /** Counts a ticket of such markup that came out of no shared print. */
  countRefused(fingerprint: string): void {
    this.#use(fingerprint).refused++
  }

  /** Lists what was noted. */
  list(): ComparedPrints {
    return [...this.#known].flatMap(([fingerprint, { layouts }]) =>
      Array.from(layouts, ([layout, isSame]) => ({ fingerprint, layout, isSame })),
    )
  }

  #use(fingerprint: string): KnownTickets {
    const known = this.#known.get(fingerprint) ?? { layouts: new Map(), isRefused: false, shared: 0, refused: 0 }
    this.#known.delete(fingerprint)
    this.#known.set(fingerprint, known)
    const [oldest] = this.#known.keys()
    if (oldest !== undefined && this.#known.size > mostFingerprints) this.#known.delete(oldest)
    return known
  }
}

const mostFingerprints = 5_000
const mostLayouts = 200
/** How many tickets must have been refused before the rest are given up. */
const telling = 20

/** Tickets of one fingerprint: how each layout came out, and how many tickets it was asked of. */
interface KnownTickets {
  layouts: Map<string, boolean>
  isRefused: boolean
  shared: number
  refused: number
}
