import type { TicketWarning } from '../contract/ticket-warnings.ts'
import { declareAccessible, hasUnmappedGlyphs } from '../pdf/accessible-file.ts'
import { type Link, readLinks } from '../pdf/links.ts'
import { type MarkedSurface, type MarkedSurfaces, readSurfaces } from '../pdf/marked-surfaces.ts'
import { MissingLetters } from '../pdf/missing-letters.ts'
import { ObjectCopier } from '../pdf/object-copier.ts'
import { PageContents } from '../pdf/page-contents.ts'
import { PrintFile, type PrintPage } from '../pdf/print-file.ts'
import type { StructureElement } from '../pdf/structure-element.ts'
import { readStructure } from '../pdf/structure-tree.ts'
import { writeEntries } from '../pdf/syntax.ts'
import { type TicketPages, writePages } from '../pdf/write-pages.ts'
import { writeStructure } from '../pdf/write-structure.ts'
import { type FileInfo, PdfWriter } from '../pdf/writer.ts'
import { applyCachedTags, cacheTags, type PrintTags, type TagSource, type TicketsPrint } from './tags/apply-cached-tags.ts'

/** The metadata of a ticket's file. */
export interface TicketFile extends FileInfo {
  /** The language of its text (RFC 3066), if known. */
  language?: string | undefined
}

/** A ticket's PDF file. */
export interface PrintedTicket {
  pdf: Uint8Array
  pages: number
  /** A name for the ticket's layout on its pages, the same for tickets laid out alike. */
  layout: string
  warnings: TicketWarning[]
}

/** How to split a print. */
export interface SplitSettings {
  /** The metadata of each ticket's file. */
  files: TicketFile[]
  /** The start of the targets of the links that mark where a ticket begins; the ticket's index follows. */
  marker: string
  /** The size to trim pages to, in CSS pixels. */
  paper?: { width: number; height: number } | undefined
  tags?: TagSource | undefined
}

/**
 * Splits a print into one tagged PDF per ticket, with its own pages, metadata and part of the structure. The
 * bytes depend only on the input. A single ticket owns all pages; otherwise each begins at its marker link
 * and ends where the next begins. Keeps links to the web, mail and telephone; removes all others, which could
 * run scripts, open files or lead into another ticket.
 * @returns A file for each ticket, undefined for one whose tags are not cached; or undefined when the markers
 * are missing or out of order.
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
  const keptLinks = links.filter(({ target }) => target && keptScheme.test(target) && !target.startsWith(marker))
  const ranges = files.map((_, index) => ({ from: starts[index] ?? 0, to: starts[index + 1] ?? pages.length }))
  const tags = findTags({ print, pages, ranges, keptLinks }, source)
  const contents = new PageContents(pages.flatMap(({ number }) => tags.surfaces.get(number) ?? []))
  const letters = new MissingLetters(print)
  const parts = { print, pages, contents, paper, letters, onPages: sortByPage(pages, keptLinks, tags) }
  return files.map((file, index) =>
    tags.missing?.has(index) ? undefined : extractTicket({ ...parts, ...(ranges[index] ?? { from: 0, to: 0 }) }, file),
  )
}

const keptScheme = /^(https?:|mailto:|tel:)/i

/** One ticket's part of a print, with the content of every page of the print. */
interface TicketPart extends Omit<TicketPages, 'links' | 'surfaces'> {
  letters: MissingLetters
  onPages: OnPage[]
}

/** What lies on one page of a print. */
interface OnPage {
  elements: StructureElement[]
  surfaces: [number: number, surface: MarkedSurface][]
  links: Link[]
}

/** Reads the page on which each ticket begins. */
function readMarkers(links: Link[], marker: string): (number | undefined)[] {
  const starts: number[] = []
  for (const { page, target } of links) if (target?.startsWith(marker)) starts[Number(target.slice(marker.length))] ??= page
  return Array.from(starts)
}

/** Sorts links, structure and surfaces by the pages they lie on. */
function sortByPage(pages: PrintPage[], keptLinks: Link[], { elements, surfaces }: PrintTags): OnPage[] {
  const onPages: OnPage[] = pages.map(() => ({ elements: [], surfaces: [], links: [] }))
  for (const link of keptLinks) onPages[link.page]?.links.push(link)
  for (const element of elements)
    for (let page = element.first; page <= element.last; page++) onPages[page]?.elements.push(element)
  for (const [number, surface] of surfaces) onPages[surface.page]?.surfaces.push([number, surface])
  return onPages
}

/** Takes the tags of an untagged print from the cache, or reads those of a tagged one. */
function findTags(print: TicketsPrint, source: TagSource | undefined): PrintTags & { missing?: Set<number> } {
  if (source && !source.isTagged) return applyCachedTags(print, source)
  const { print: file, pages, keptLinks } = print
  if (!file.entriesOf(file.root).has('/StructTreeRoot')) return { elements: [], surfaces: new Map() }
  const surfaces = readSurfaces(file, pages)
  const links = new Map(keptLinks.map(({ number, page }) => [number, page]))
  const tags = { elements: readStructure(file, { surfaces, links }), surfaces }
  if (source) cacheTags(print, tags, source)
  return tags
}

function extractTicket(part: TicketPart, file: TicketFile): PrintedTicket {
  const writer = new PdfWriter()
  const target = new ObjectCopier(part.print, writer)
  const [root, list] = [writer.reserve(), writer.reserve()]
  const onPages = part.onPages.slice(part.from, part.to)
  const surfaces = new Map(onPages.flatMap((page) => page.surfaces))
  const elements = [...new Set(onPages.flatMap((page) => page.elements))]
  const links = onPages.flatMap((page) => page.links)
  for (const { number } of [...part.pages.slice(part.from, part.to), ...links]) target.redirect(number)
  for (const [number, { form }] of surfaces) if (form !== undefined) target.redirect(number)
  const structure = writeStructure(target, { ...part, surfaces, elements })
  writePages(target, { ...part, surfaces, links }, { list, keys: structure.keys })
  const isUnreadable = target.copied.some((object) => hasUnmappedGlyphs(part.print, object))
  const about = [...structure.catalog, ...declareAccessible(writer, { ...file, elements, isUnreadable })]
  writer.write(root, { text: writeEntries([['/Type', '/Catalog'], ['/Pages', `${list} 0 R`], ...about]) })
  const pages = part.to - part.from
  writer.end(root, file)
  return { pdf: writer.takeBytes(), pages, layout: String(pages), warnings: findWarnings(part, surfaces) }
}

/** Warns of letters that no font has. */
function findWarnings({ pages, from, to, letters }: TicketPart, surfaces: MarkedSurfaces): TicketWarning[] {
  const counts = pages.slice(from, to).map((page) => letters.countOn(page, surfaces.get(page.number)?.content.text))
  const count = counts.reduce((sum, each) => sum + each, 0)
  return count > 0 ? [{ code: 'MISSING_GLYPHS', count }] : []
}
