import { TextExtractor } from '../../pdf/extract-text.ts'
import type { Link } from '../../pdf/links.ts'
import { type MarkedSurfaces, readPageContent } from '../../pdf/marked-surfaces.ts'
import { readPaintOperations } from '../../pdf/paint-operations.ts'
import type { PrintFile, PrintPage } from '../../pdf/print-file.ts'
import type { StructureElement } from '../../pdf/structure-element.ts'
import type { ParsedMarkup } from '../document/markup-fingerprint.ts'
import { occursOnce, type QrPlaceholder, restoreQrCodes } from '../document/qr-placeholders.ts'
import type { TagCache } from './tag-cache.ts'
import type { PaintReader } from './tag-pattern.ts'

/** The structure of a print, and the pages and forms that it refers to, by their numbers. */
export interface PrintTags {
  elements: StructureElement[]
  surfaces: MarkedSurfaces
}

/** A print of tickets, each on the pages `from` to before `to`, with the links that its files keep. */
export interface TicketsPrint {
  print: PrintFile
  pages: PrintPage[]
  ranges: { from: number; to: number }[]
  keptLinks: Link[]
}

/** What a ticket was printed from: its parsed markup, if any, and the placeholders in it. */
export interface TicketMarkup {
  markup: ParsedMarkup | undefined
  placeholders: QrPlaceholder[]
}

/** The cache that tags come from or go to, and what the tickets were printed from. */
export interface TagSource {
  tagCache: TagCache
  /** Whether Chromium has tagged the print; otherwise the tags come from the cache. */
  isTagged: boolean
  tickets: TicketMarkup[]
}

/** Stores the tags of a tagged print in the cache, as far as it wants them. */
export function cacheTags(
  tickets: TicketsPrint,
  { elements, surfaces }: PrintTags,
  { tagCache, tickets: sources }: TagSource,
): void {
  const { print, pages } = tickets
  const readPaint = makePaintReader(print, pages)
  let stored = 0
  for (const [index, { from, to }] of tickets.ranges.entries()) {
    const { markup, placeholders } = sources[index] ?? noMarkup
    if (!markup || stored >= maxStored || !tagCache.wants(markup)) continue
    stored++
    const own = pages.slice(from, to)
    const marked = own.flatMap(({ number }) => surfaces.get(number) ?? [])
    const contents = marked.map(({ content }) => content.text)
    const isPlain =
      !own.some((page) => paintsElsewhere(print, page)) && placeholders.every(({ outlines }) => occursOnce(contents, outlines))
    const within = elements.filter(({ first, last }) => first < to && last >= from)
    tagCache.store(markup, isPlain ? { elements: within, surfaces: marked } : undefined, readPaint)
  }
}

/** Looks up the tags of an untagged print; `missing` are the tickets not cached, or with links. */
export function applyCachedTags(
  tickets: TicketsPrint,
  { tagCache, tickets: sources }: TagSource,
): PrintTags & { missing: Set<number> } {
  const { print, pages } = tickets
  const readPaint = makePaintReader(print, pages)
  const linking = new Set(tickets.keptLinks.map(({ page }) => pages[page]))
  const tags: PrintTags = { elements: [], surfaces: new Map() }
  const missing = new Set<number>()
  for (const [index, { from, to }] of tickets.ranges.entries()) {
    const { markup, placeholders } = sources[index] ?? noMarkup
    const own = pages.slice(from, to)
    const isPlain = !own.some((page) => linking.has(page) || paintsElsewhere(print, page))
    const texts = isPlain ? own.map(({ entries }) => readPageContent(print, entries)) : []
    const contents = restoreQrCodes(texts, placeholders) ?? []
    const placed = contents.map((text, page) => ({ page: from + page, text }))
    const cached = markup && tagCache.lookUp(markup, placed, readPaint)
    if (!cached) missing.add(index)
    tags.elements.push(...(cached?.elements ?? []))
    for (const surface of cached?.surfaces ?? []) tags.surfaces.set(pages[surface.page]?.number ?? 0, surface)
  }
  return { ...tags, missing }
}

const noMarkup: TicketMarkup = { markup: undefined, placeholders: [] }
/** Bounds the time that one print spends storing tags, if each ticket has its own markup. */
const maxStored = 8

/** Checks whether a page paints elsewhere too, perhaps marked content: in forms, patterns or masks. */
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
    return readPaintOperations(text).map((operation) =>
      operation.textObject === undefined ? operation : { ...operation, letters: letters.read(operation.textObject, fonts) },
    )
  }
}
