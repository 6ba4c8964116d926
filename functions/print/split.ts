import type { TicketWarning } from '../contract/ticket-warnings.ts'
import { declareAccessible, hasUnmappedGlyphs } from '../pdf/accessible-file.ts'
import { type Link, readLinks } from '../pdf/links.ts'
import { type MarkedSurface, type MarkedSurfaces, readSurfaces } from '../pdf/marked-surfaces.ts'
import { MissingLetters } from '../pdf/missing-letters.ts'
import { ObjectExtractor } from '../pdf/object-extractor.ts'
import { PageContents } from '../pdf/page-contents.ts'
import { PrintFile, type PrintPage } from '../pdf/print-file.ts'
import type { StructureElement } from '../pdf/structure-element.ts'
import { readStructure } from '../pdf/structure-tree.ts'
import { writeDate, writeEntries, writeText } from '../pdf/syntax.ts'
import { type TicketPages, writePages } from '../pdf/write-pages.ts'
import { writeStructure } from '../pdf/write-structure.ts'
import { applyCachedTags, cacheTags, type PrintTags, type TagSource, type TicketsPrint } from './tags/apply-cached-tags.ts'

/** Carries what a ticket's file says about itself. */
export interface TicketFile {
  title: string
  createdAt: Date
  /** Is the language of its text (RFC 3066), if it says one. */
  language?: string | undefined
}

/**
 * A ticket's own PDF file, with the number of its pages, how it lies on them in a word that is equal for
 * tickets that lie alike, and what is wrong.
 */
export interface PrintedTicket {
  pdf: Uint8Array
  pages: number
  layout: string
  warnings: TicketWarning[]
}

/**
 * What the file of each ticket says, to what a link leads that begins one, the paper in CSS pixels, and where
 * the tags come from.
 */
export interface SplitSettings {
  files: TicketFile[]
  marker: string
  paper?: { width: number; height: number } | undefined
  tags?: TagSource | undefined
}

/**
 * Splits one print into a file for each ticket, with its own pages, title and dates. The bytes depend on the
 * input alone. A single ticket owns all pages; of several, each begins where a link to `<marker><index>`
 * stands and ends where the next begins. Answers nothing when the markers do not say so for each of them, in
 * order. Links to web, mail and telephone stay; all others go, since a file alone may not run scripts or open
 * files, and cannot lead into another ticket's. Each file is tagged: it has its own part of the print's
 * structure, for those who have it read aloud. Where the print was made without, `source` has it; there is
 * nothing in the place of a ticket whose tags it does not know.
 */
export function splitPrint(
  bytes: Uint8Array,
  { files, marker, paper, tags: source }: SplitSettings,
): (PrintedTicket | undefined)[] | undefined {
  const print = new PrintFile(bytes)
  const pages = print.pages()
  const links = readLinks(print, pages)
  const markers = files.length === 1 ? [0] : readMarkers(links, marker)
  const starts = files.map((_, index) => markers[index] ?? -1)
  if (starts[0] !== 0 || starts.some((start, index) => start <= (starts[index - 1] ?? -1))) return undefined
  const living = links.filter(({ target }) => target && livingLink.test(target) && !target.startsWith(marker))
  const ranges = files.map((_, index) => ({ from: starts[index] ?? 0, to: starts[index + 1] ?? pages.length }))
  const tags = findTags({ print, pages, ranges, living }, source)
  const contents = new PageContents(pages.flatMap(({ number }) => tags.surfaces.get(number) ?? []))
  const letters = new MissingLetters(print)
  const parts = { print, pages, contents, paper, letters, onPages: sortByPage(pages, living, tags) }
  return files.map((file, index) =>
    tags.missing?.has(index) ? undefined : extractTicket({ ...parts, ...(ranges[index] ?? { from: 0, to: 0 }) }, file),
  )
}

const producer = 'Ticket Generator Service'
const livingLink = /^(https?:|mailto:|tel:)/i

/** Is one ticket's part of a print, with what lies on each page of the whole. */
interface TicketPart extends Omit<TicketPages, 'links' | 'surfaces'> {
  letters: MissingLetters
  onPages: OnPage[]
}

/** Is what lies on a page of a print, and which surfaces it has. */
interface OnPage {
  elements: StructureElement[]
  surfaces: [number: number, surface: MarkedSurface][]
  links: Link[]
}

/** Lists at index i the page on which ticket i begins. */
function readMarkers(links: Link[], marker: string): (number | undefined)[] {
  const starts: number[] = []
  for (const { page, target } of links) if (target?.startsWith(marker)) starts[Number(target.slice(marker.length))] ??= page
  return Array.from(starts)
}

/** Sorts links, structure and surfaces by the pages they lie on. */
function sortByPage(pages: PrintPage[], living: Link[], { elements, surfaces }: PrintTags): OnPage[] {
  const onPages: OnPage[] = pages.map(() => ({ elements: [], surfaces: [], links: [] }))
  for (const link of living) onPages[link.page]?.links.push(link)
  for (const element of elements)
    for (let page = element.first; page <= element.last; page++) onPages[page]?.elements.push(element)
  for (const [number, surface] of surfaces) onPages[surface.page]?.surfaces.push([number, surface])
  return onPages
}

/**
 * Recalls the tags of a print that was made without, or reads those it has: none, when nothing in it is read
 * aloud.
 */
function findTags(print: TicketsPrint, source: TagSource | undefined): PrintTags & { missing?: Set<number> } {
  if (source && !source.isTagged) return applyCachedTags(print, source)
  const { print: file, pages, living } = print
  if (!file.entriesOf(file.root).has('/StructTreeRoot')) return { elements: [], surfaces: new Map() }
  const surfaces = readSurfaces(file, pages)
  const links = new Map(living.map(({ number, page }) => [number, page]))
  const tags = { elements: readStructure(file, { surfaces, links }), surfaces }
  if (source) cacheTags(print, tags, source)
  return tags
}

function extractTicket(part: TicketPart, file: TicketFile): PrintedTicket {
  const target = new ObjectExtractor(part.print)
  const [root, list] = [target.reserve(), target.reserve()]
  const onPages = part.onPages.slice(part.from, part.to)
  const surfaces = new Map(onPages.flatMap((page) => page.surfaces))
  const elements = [...new Set(onPages.flatMap((page) => page.elements))]
  const structure = writeStructure(target, { ...part, surfaces, elements })
  writePages(target, { ...part, surfaces, links: onPages.flatMap((page) => page.links) }, { list, keys: structure.keys })
  const isUnreadable = target.complete().some((object) => hasUnmappedGlyphs(part.print, object))
  const about = [...structure.catalog, ...declareAccessible(target, { ...file, elements, isUnreadable })]
  target.write(root, { text: writeEntries([['/Type', '/Catalog'], ['/Pages', `${list} 0 R`], ...about]) })
  const info = target.add({ text: writeEntries(describe(file)) })
  const pages = part.to - part.from
  return { pdf: target.end(root, info), pages, layout: String(pages), warnings: findWarnings(part, surfaces) }
}

/** Finds what is wrong with a ticket that is printed: letters that no font has. */
function findWarnings({ pages, from, to, letters }: TicketPart, surfaces: MarkedSurfaces): TicketWarning[] {
  const counts = pages.slice(from, to).map((page) => letters.countOn(page, surfaces.get(page.number)?.content.text))
  const count = counts.reduce((sum, each) => sum + each, 0)
  return count > 0 ? [{ code: 'MISSING_GLYPHS', count }] : []
}

function describe({ title, createdAt }: TicketFile): [key: string, value: string][] {
  const [made, date] = [writeText(producer), writeDate(createdAt)]
  return [
    ['/Title', writeText(title)],
    ['/Producer', made],
    ['/Creator', made],
    ['/CreationDate', date],
    ['/ModDate', date],
  ]
}
