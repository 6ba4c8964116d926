/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { LRUCache } from 'lru-cache'
import * as z from 'zod'
import { fitWindow, type WarmBrowser } from '../chromium/browser.ts'
import { measureSheets, sheetMeasures } from '../document/measure-sheets.ts'
import type { PageSize } from '../document/round-pages.ts'
import type { SharedMarkup } from '../document/shared-markup.ts'
import { findCutTexts } from './measure-page.ts'
import { type EstimatedText, estimateText, TextLimits } from './text-limits.ts'

/** Tickets of one template to print. Without a `templateKey`, as in a trial, nothing is remembered. */
export interface MeasuredPrint {
  templateKey: string | undefined
  markup: SharedMarkup
  fingerprints: string[]
}

/** What was measured of tickets with the same markup. */
interface SeenTickets {
  /** How wide texts may be without being clipped. */
  whole: TextLimits
  /** How wide texts may be without changing the layout. */
  roomy: TextLimits
  layout?: string
  /** How many tickets in a row had no room to spare. */
  cramped: number
}

const maxSeen = 500
const maxCramped = 20
/** Measures hold for one browser, and are dropped with it. */
const seenIn = new WeakMap<WarmBrowser, LRUCache<string, SeenTickets>>()

/**
 * The texts of tickets that share a print. Laying out a ticket at the size of its paper takes a twentieth of
 * the time of printing it, so only tickets with a text wider than all those measured with room to spare are
 * measured: after the first print of a template, very few.
 */
export class MeasuredTexts {
  readonly #browser: WarmBrowser
  readonly #texts: EstimatedText[][]
  readonly #seen: SeenTickets[]
  /** Indices of tickets whose layout has to be measured; none for a ticket printed alone. */
  readonly unmeasured: number[]

  constructor(browser: WarmBrowser, { templateKey, markup, fingerprints }: MeasuredPrint) {
    this.#browser = browser
    const isShared = fingerprints.length > 1
    this.#texts = templateKey === undefined ? [] : estimateAll(markup)
    // For a ticket printed alone, only clipped texts matter, whatever its markup.
    this.#seen = this.#texts.map((texts, index) =>
      seenTickets(browser, isShared ? (fingerprints[index] ?? '') : `${templateKey} ${texts.length}`),
    )
    this.unmeasured = isShared ? [...fingerprints.keys()].filter((index) => !this.#hasRoom(index)) : []
  }

  /** Returns the layout of a one-page ticket that need not be measured. */
  layoutOf(index: number): string | undefined {
    return this.#seen[index]?.layout
  }

  /**
   * Counts the clipped texts of each ticket, and learns from those it measures. `layouts` holds those of
   * one-page tickets. Works on the page just printed, and leaves only the measured tickets in it.
   */
  async countClipped(area: PageSize, layouts: (string | undefined)[]): Promise<number[]> {
    const learning = this.unmeasured.filter((index) => layouts[index] && (this.#seen[index]?.cramped ?? 0) < maxCramped)
    const isSuspect = (index: number) => this.#seen[index]?.whole.isSuspect(this.#texts[index] ?? [])
    const measured = [...this.#texts.keys()].filter((index) => learning.includes(index) || isSuspect(index))
    const counts: number[] = this.#texts.map(() => 0)
    if (measured.length === 0) return counts
    await fitWindow(this.#browser, area)
    const answer = await this.#browser.call(source, measured, learning.length > 0)
    const { cut, widened } = ticketMeasures.parse(answer)
    for (const [at, index] of measured.entries()) {
      counts[index] = cut[at]?.length ?? 0
      this.#seen[index]?.whole.learn(this.#texts[index] ?? [], cut[at] ?? [])
      const end = widened?.ends[at]
      const isRoomy = typeof end === 'number' && !widened?.wide.includes(at) && nameLayout(end, area) === layouts[index]
      if (learning.includes(index)) this.#learnRoom(index, isRoomy ? layouts[index] : undefined)
    }
    return counts
  }

  #hasRoom(index: number): boolean {
    const seen = this.#seen[index]
    return seen?.layout !== undefined && seen.cramped < maxCramped && !seen.roomy.isSuspect(this.#texts[index] ?? [])
  }

  /** Learns which layout a ticket has with room to spare; with more than one, none can be predicted. */
  #learnRoom(index: number, layout: string | undefined): void {
    const seen = this.#seen[index]
    if (!seen) return
    if (layout === undefined) seen.cramped++
    else if (seen.layout !== undefined && seen.layout !== layout) seen.cramped = Number.POSITIVE_INFINITY
    else {
      seen.layout = layout
      seen.cramped = 0
      seen.roomy.learn(this.#texts[index] ?? [], [])
    }
  }
}

/**
 * Names a one-page layout by where it ends; all layouts that end far from the end of their page are alike.
 */
export function nameLayout(end: number, { height }: PageSize): string {
  return end < height - nearPageEnd ? '1' : `1:${end.toFixed(1)}`
}

/** In CSS pixels: more than margins that collapse at a page's end, or a line that is kept with others. */
const nearPageEnd = 64

function seenTickets(browser: WarmBrowser, key: string): SeenTickets {
  const memoMethod = (): SeenTickets => ({ whole: new TextLimits(), roomy: new TextLimits(), cramped: 0 })
  const seen = seenIn.get(browser) ?? new LRUCache<string, SeenTickets>({ max: maxSeen, memoMethod })
  seenIn.set(browser, seen)
  return seen.memo(key)
}

/** Estimates the texts of all tickets, each shared piece once. */
function estimateAll({ pieces, tickets }: SharedMarkup): EstimatedText[][] {
  const estimates = pieces.map((piece) => estimateText(piece.slice(piece.indexOf('>') + 1)))
  return tickets.map((numbers) => numbers.flatMap((number) => estimates[number] ?? []))
}

const ticketMeasures = z.object({ cut: z.array(z.array(z.string())), widened: sheetMeasures.optional() })

// The functions below run inside the browser: each may use nothing from outside itself.

/** Removes all other tickets, and finds the clipped texts of these. */
function measureTickets(tickets: number[], find: typeof findCutTexts): string[][] {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const bodies = Array.from(root.querySelectorAll('body'))
  for (const [index, body] of bodies.entries()) if (!tickets.includes(index)) (body.closest('ticket-sheet') ?? body).remove()
  return tickets.map((index) => (bodies[index] ? find(bodies[index]) : []))
}

/** Makes all texts a tenth wider, more than estimates err by. If the layout stays the same, there is room. */
function widenTexts(): void {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const elements = Array.from(root.querySelectorAll<HTMLElement | SVGElement>('body, body *'))
  const spacings = elements.map((element) => {
    const { letterSpacing, fontSize } = getComputedStyle(element)
    return (Number.parseFloat(letterSpacing) || 0) + Number.parseFloat(fontSize) * 0.07
  })
  for (const [index, { style }] of elements.entries()) style.setProperty('letter-spacing', `${spacings[index]}px`, 'important')
}

const source = `(tickets, isLearning) => {
  const cut = (${measureTickets})(tickets, ${findCutTexts})
  if (!isLearning) return { cut };
  (${widenTexts})()
  return { cut, widened: (${measureSheets})([...tickets.keys()]) }
}`
