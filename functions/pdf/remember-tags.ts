import { type MarkedSurfaces, readPageContent } from './marked-surfaces.ts'
import type { MarkupShape } from './markup-shape.ts'
import { readPaintedThings } from './painted-things.ts'
import type { PrintFile, PrintPage } from './print-file.ts'
import { ShownLetters } from './shown-letters.ts'
import type { StructureElement } from './structure-tree.ts'
import type { PaintReader, TagMemory } from './tag-memory.ts'
import { restorePaths, standsOnce, type WithdrawnPath } from './withdrawn-paths.ts'

/** Is the structure of a print, and the pages and forms that it refers to, by their numbers. */
export interface PrintTags {
  elements: StructureElement[]
  surfaces: MarkedSurfaces
}

/** Is a print of tickets, of each its markup, the paths that can be withdrawn from it, and its pages: `from` to before `to`. */
export interface TicketsPrint {
  print: PrintFile
  pages: PrintPage[]
  tickets: { shape?: MarkupShape | undefined; paths?: WithdrawnPath[]; from: number; to: number }[]
}

/** Has the tags of a print remembered, as far as the markup of its tickets is new. */
export function rememberTags(
  { print, pages, tickets }: TicketsPrint,
  { elements, surfaces }: PrintTags,
  memory: TagMemory,
): void {
  const paint = makePaintReader(print, pages)
  let learnt = 0
  for (const { shape, paths = [], from, to } of tickets) {
    if (!shape || learnt >= mostAtOnce || !memory.isCurious(shape)) continue
    learnt++
    const own = pages.slice(from, to).flatMap(({ number }) => surfaces.get(number) ?? [])
    const contents = own.map(({ content }) => content.text)
    const isPlain =
      !pages.slice(from, to).some((page) => paintsElsewhere(print, page)) &&
      paths.every(({ outlines }) => standsOnce(contents, outlines))
    const within = elements.filter(({ first, last }) => first < to && last >= from)
    memory.learn(shape, isPlain ? { elements: within, surfaces: own } : undefined, paint)
  }
}

/** Gives a print without tags those that are remembered; `missing` tells by their index the tickets for which none are. */
export function recallTags({ print, pages, tickets }: TicketsPrint, memory: TagMemory): PrintTags & { missing: Set<number> } {
  const paint = makePaintReader(print, pages)
  const elements: StructureElement[] = []
  const surfaces: MarkedSurfaces = new Map()
  const missing = new Set<number>()
  for (const [index, { shape, paths = [], from, to }] of tickets.entries()) {
    const own = pages.slice(from, to)
    const written = own.some((page) => paintsElsewhere(print, page))
      ? []
      : own.map(({ entries }) => readPageContent(print, entries))
    const contents = restorePaths(written, paths) ?? []
    const found = contents.map((text, page) => ({ page: from + page, text }))
    const known = shape && memory.recall(shape, found, paint)
    if (!known) missing.add(index)
    elements.push(...(known?.elements ?? []))
    for (const surface of known?.surfaces ?? []) surfaces.set(pages[surface.page]?.number ?? 0, surface)
  }
  return { elements, surfaces, missing }
}

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
  const letters = new ShownLetters(print)
  return ({ page, text }) => {
    const fonts = letters.fontsOf(pages[page]?.entries ?? new Map())
    return readPaintedThings(text).map((thing) =>
      thing.textObject === undefined ? thing : { ...thing, letters: letters.read(thing.textObject, fonts) },
    )
  }
}
