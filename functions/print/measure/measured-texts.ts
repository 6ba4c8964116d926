/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import * as z from 'zod'
import { fitWindow, type WarmBrowser } from '../chromium/browser.ts'
import type { SharedMarkup } from '../document/compose-document.ts'
import { measureSheets, sheetMeasures } from '../document/measure-sheets.ts'
import type { PageSize } from '../document/round-pages.ts'
import { findCutTexts } from './measure-page.ts'
import { type EstimatedText, estimateText, TextLimits } from './text-limits.ts'

/**
 * Tickets of one template to print; without `templateKey` they are a trial's, of which all is measured and
 * nothing remembered.
 */
export interface MeasuredPrint {
  templateKey: string | undefined
  markup: SharedMarkup
  fingerprints: string[]
}

/**
 * What was seen of tickets with the same markup: how wide a text may be to be shown whole, and to leave the
 * ticket's layout as it is, and which layout that is. `cramped` counts the last tickets that had no room to
 * spare.
 */
interface SeenTickets {
  whole: TextLimits
  roomy: TextLimits
  layout?: string
  cramped: number
}

const mostSeen = 500
const mostCramped = 20
/** A browser that is replaced takes with it what was seen in it. */
const seenIn = new WeakMap<WarmBrowser, Map<string, SeenTickets>>()

/**
 * The texts of tickets that are printed together. To lay out every ticket as large as its paper takes a
 * twentieth of the time of printing it, so only those are measured that have a text wider than any that was
 * measured before with room to spare: after the first print of a template, very few.
 */
export class MeasuredTexts {
  readonly #browser: WarmBrowser
  readonly #texts: EstimatedText[][]
  readonly #seen: SeenTickets[]
  /** Indices of tickets whose layout has to be measured; of a ticket alone, there is nothing to measure. */
  readonly strangers: number[]

  constructor(browser: WarmBrowser, { templateKey, markup, fingerprints }: MeasuredPrint) {
    this.#browser = browser
    const isShared = fingerprints.length > 1
    this.#texts = templateKey === undefined ? [] : estimateAll(markup)
    // Of a ticket alone only texts that are cut are of interest, whatever its markup.
    this.#seen = this.#texts.map((texts, index) =>
      recall(browser, isShared ? (fingerprints[index] ?? '') : `${templateKey} ${texts.length}`),
    )
    this.strangers = isShared ? [...fingerprints.keys()].filter((index) => !this.#hasRoom(index)) : []
  }

  /** The layout of a ticket that is no stranger, if it has one page. */
  layoutOf(index: number): string | undefined {
    return this.#seen[index]?.layout
  }

  /**
   * Counts for each ticket the texts of which part is cut off, and learns from those that are measured. Takes
   * the layouts of tickets of one page; the page, where they have just been printed, holds no more than the
   * measured ones afterwards.
   */
  async countClipped(area: PageSize, layouts: (string | undefined)[]): Promise<number[]> {
    const learning = this.strangers.filter((index) => layouts[index] && (this.#seen[index]?.cramped ?? 0) < mostCramped)
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
    return seen?.layout !== undefined && seen.cramped < mostCramped && !seen.roomy.isSuspect(this.#texts[index] ?? [])
  }

  /** Learns which layout a ticket has with room to spare; that there is more than one forbids to guess any. */
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
 * Names the layout of a ticket of one page, which ends there: all are alike that end far from the end of
 * their page.
 */
export function nameLayout(end: number, { height }: PageSize): string {
  return end < height - nearPageEnd ? '1' : `1:${end.toFixed(1)}`
}

/** In CSS pixels: more than the margins that a page's end swallows, or a line that stays with others. */
const nearPageEnd = 64

function recall(browser: WarmBrowser, key: string): SeenTickets {
  const seen = seenIn.get(browser) ?? new Map<string, SeenTickets>()
  seenIn.set(browser, seen)
  const tickets = seen.get(key) ?? { whole: new TextLimits(), roomy: new TextLimits(), cramped: 0 }
  seen.set(key, tickets)
  const [oldest] = seen.keys()
  if (oldest !== undefined && seen.size > mostSeen) seen.delete(oldest)
  return tickets
}

/** Estimates the texts of all tickets, each piece of markup once. */
function estimateAll({ pieces, tickets }: SharedMarkup): EstimatedText[][] {
  const estimates = pieces.map((piece) => estimateText(piece.slice(piece.indexOf('>') + 1)))
  return tickets.map((numbers) => numbers.flatMap((number) => estimates[number] ?? []))
}

const ticketMeasures = z.object({ cut: z.array(z.array(z.string())), widened: sheetMeasures.optional() })

// The functions below run inside the browser: each may use nothing from outside itself.

/** Removes all other tickets, and finds the texts of these that are cut. */
function measureTickets(tickets: number[], find: typeof findCutTexts): string[][] {
  const root: HTMLElement = Reflect.get(Document.prototype, 'documentElement', document)
  const bodies = Array.from(root.querySelectorAll('body'))
  for (const [index, body] of bodies.entries()) if (!tickets.includes(index)) (body.closest('ticket-sheet') ?? body).remove()
  return tickets.map((index) => (bodies[index] ? find(bodies[index]) : []))
}

/**
 * Makes all texts a tenth wider, more than an estimate of their width is wrong. A ticket that lies as before
 * has room to spare.
 */
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
