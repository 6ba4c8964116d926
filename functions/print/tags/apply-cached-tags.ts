import { TextExtractor } from '../../pdf/extract-text.ts'
import type { Link } from '../../pdf/links.ts'
import { type MarkedSurfaces, readPageContent } from '../../pdf/marked-surfaces.ts'
import { readPaintOperations } from '../../pdf/paint-operations.ts'
import type { PrintFile, PrintPage } from '../../pdf/print-file.ts'
import type { StructureElement } from '../../pdf/structure-element.ts'
import type { MarkupShape } from '../document/markup-fingerprint.ts'
import { type QrPlaceholder, restoreQrCodes, standsOnce } from '../document/qr-placeholders.ts'
import type { TagCache } from './tag-cache.ts'
import type { PaintReader } from './tag-pattern.ts'

/** Is the structure of a print, and the pages and forms that it refers to, by their numbers. */
export interface PrintTags {
  elements: StructureElement[]
  surfaces: MarkedSurfaces
}

/** Is a print of tickets, each on the pages `from` to before `to`, with the links that stay. */
export interface TicketsPrint {
  print: PrintFile
  pages: PrintPage[]
  ranges: { from: number; to: number }[]
  living: Link[]
}

/** Is what a ticket was printed from: its shape, if it has one, and the paths that were withdrawn from it, or can be. */
export interface TicketMarkup {
  shape: MarkupShape | undefined
  paths: QrPlaceholder[]
}

/** Is where tags come from and go to; `isTagged` tells that Chromium was asked for them. */
export interface TagSource {
  memory: TagCache
  isTagged: boolean
  markups: TicketMarkup[]
}

/** Has the tags of a print remembered, as far as the markup of its tickets is new. */
export function cacheTags(tickets: TicketsPrint, { elements, surfaces }: PrintTags, { memory, markups }: TagSource): void {
  const { print, pages } = tickets
  const paint = makePaintReader(print, pages)
  let learnt = 0
  for (const [index, { from, to }] of tickets.ranges.entries()) {
    const { shape, paths } = markups[index] ?? noMarkup
    if (!shape || learnt >= mostAtOnce || !memory.isCurious(shape)) continue
    learnt++
    const own = pages.slice(from, to)
    const marked = own.flatMap(({ number }) => surfaces.get(number) ?? [])
    const contents = marked.map(({ content }) => content.text)
    const isPlain =
      !own.some((page) => paintsElsewhere(print, page)) && paths.every(({ outlines }) => standsOnce(contents, outlines))
    const within = elements.filter(({ first, last }) => first < to && last >= from)
    memory.learn(shape, isPlain ? { elements: within, surfaces: marked } : undefined, paint)
  }
}

/**
 * Gives a print without tags those that are remembered; `missing` tells by their index the tickets for which none are: also those with links,
 * which the structure would have to name.
 */
export function applyCachedTags(tickets: TicketsPrint, { memory, markups }: TagSource): PrintTags & { missing: Set<number> } {
  const { print, pages } = tickets
  const paint = makePaintReader(print, pages)
  const linking = new Set(tickets.living.map(({ page }) => pages[page]))
  const tags: PrintTags = { elements: [], surfaces: new Map() }
  const missing = new Set<number>()
  for (const [index, { from, to }] of tickets.ranges.entries()) {
    const { shape, paths } = markups[index] ?? noMarkup
    const own = pages.slice(from, to)
    const isPlain = !own.some((page) => linking.has(page) || paintsElsewhere(print, page))
    const contents = isPlain
      ? restoreQrCodes(
          own.map(({ entries }) => readPageContent(print, entries)),
          paths,
        )
      : undefined
    const known =
      shape &&
      memory.recall(
        shape,
        (contents ?? []).map((text, page) => ({ page: from + page, text })),
        paint,
      )
    if (!known) missing.add(index)
    tags.elements.push(...(known?.elements ?? []))
    for (const surface of known?.surfaces ?? []) tags.surfaces.set(pages[surface.page]?.number ?? 0, surface)
  }
  return { ...tags, missing }
}

const noMarkup: TicketMarkup = { shape: undefined, paths: [] }
/** Bounds the time that is given to tickets of which none has the markup of another. */
const mostAtOnce = 8

/** Tells whether a page uses content streams beside its own, which might paint what belongs to a mark: forms, patterns of tiles, and masks. */
function paintsElsewhere(print: PrintFile, { entries }: PrintPage): boolean {
  const resources = print.entries(entries.get('/Resources'))
  return Object.entries(otherContent).some(([category, isOther]) =>
    [...print.entries(resources.get(category)).values()].some((each) => isOther.test(print.resolve(each) ?? '')),
  )
}

const otherContent = { '/XObject': /\/Subtype \/Form\b/, '/Pattern': /\/PatternType 1\b/, '/ExtGState': /\/SMask (?!\/None)/ }

function makePaintReader(print: PrintFile, pages: PrintPage[]): PaintReader {
  const letters = new TextExtractor(print)
  return ({ page, text }) => {
    const fonts = letters.fontsOf(pages[page]?.entries ?? new Map())
    return readPaintOperations(text).map((thing) =>
      thing.textObject === undefined ? thing : { ...thing, letters: letters.read(thing.textObject, fonts) },
    )
  }
}
