import {
  ParseSpeeds,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  type PDFPage,
  PDFRef,
  PDFString,
} from '@cantoo/pdf-lib'
import { declareAccessible, hasDrawnLetters } from './accessible-file.ts'
import { type MarkedSurfaces, readSurfaces, writeSurfaces } from './marked-surfaces.ts'
import { readStructure, type StructureElement } from './structure-tree.ts'
import { TicketPdf } from './ticket-pdf.ts'
import { writeStructure } from './write-structure.ts'

/** Carries what a ticket's file says about itself. */
export interface TicketFile {
  title: string
  createdAt: Date
  /** Is the language of its text (RFC 3066), if it says one. */
  language?: string | undefined
}

/** Is one ticket's own PDF file, with the number of its pages. */
export interface PrintedTicket {
  pdf: Uint8Array
  pages: number
}

/** Is how wide the links are that mark where tickets begin, in CSS pixels. */
export const markerWidth = 32

/**
 * Splits one print into a file for each ticket, with its own pages, title and dates. The bytes depend on the input alone. A single ticket
 * owns all pages; of several, each begins where a link to `<marker><index>` stands and ends where the next begins. Answers
 * `pages` when the markers do not say so for each of them, in order, and `shrunk` when their size tells that the print was scaled.
 * Links to web, mail and telephone stay; all others go, since a file alone may not run scripts or open files, and cannot lead
 * into another ticket's. Each file is tagged: it has its own part of the print's structure, for those who have it read aloud.
 */
export async function splitPrint(
  print: Uint8Array,
  files: TicketFile[],
  marker: string,
): Promise<PrintedTicket[] | 'pages' | 'shrunk'> {
  const source = await PDFDocument.load(print, { updateMetadata: false, parseSpeed: ParseSpeeds.Fastest })
  const pages = source.getPages()
  const markers = files.length === 1 ? [{ start: 0, scale: 1 }] : readMarkers(pages, marker)
  const starts = files.map((_, index) => markers[index]?.start ?? -1)
  if (starts[0] !== 0 || starts.some((start, index) => start <= (starts[index - 1] ?? -1))) return 'pages'
  if (markers.some((each) => Math.abs((each?.scale ?? 1) - 1) > negligibleScale)) return 'shrunk'
  const parts = { source, ...readTags(source, marker) }
  return files.map((file, index) =>
    extractTicket({ ...parts, from: starts[index] ?? 0, to: starts[index + 1] ?? pages.length }, file),
  )
}

const producer = 'Ticket Generator Service'
const pointsPerPixel = 0.75
const negligibleScale = 0.0005
const livingLink = /^(https?:|mailto:|tel:)/i

/** Is the pages of one ticket in the print, `to` not included, with the structure of the whole: `elements[i]` lie on page i. */
interface TicketPages {
  source: PDFDocument
  elements: StructureElement[][]
  surfaces: MarkedSurfaces
  drawsLetters: boolean
  from: number
  to: number
}

/** Readies the print for splitting: takes out the links that must not stay, and marks as artifacts what no tag speaks of. */
function readTags(source: PDFDocument, marker: string): Pick<TicketPages, 'elements' | 'surfaces' | 'drawsLetters'> {
  const pages = source.getPages()
  const links = new Map(pages.flatMap((page, index) => keepLivingLinks(page, marker).map((link) => [link, index] as const)))
  const surfaces = readSurfaces(source)
  const elements: StructureElement[][] = pages.map(() => [])
  for (const element of readStructure(source, { surfaces, links }))
    for (let page = element.first; page <= element.last; page++) elements[page]?.push(element)
  writeSurfaces(source, surfaces)
  const drawsLetters = source.context.enumerateIndirectObjects().some(([, object]) => hasDrawnLetters(object))
  return { elements, surfaces, drawsLetters }
}

function extractTicket(pages: TicketPages, file: TicketFile): PrintedTicket {
  const { context } = pages.source
  const target = new TicketPdf(context)
  const [root, list] = [target.nextRef(), target.nextRef()]
  const kids = pages.source.getPages().slice(pages.from, pages.to)
  for (const page of kids) takePage(target, page, list)
  target.assign(list, context.obj({ Type: 'Pages', Count: kids.length, Kids: kids.map(({ ref }) => ref) }))
  const elements = [...new Set(pages.elements.slice(pages.from, pages.to).flat())]
  const isDrawn = pages.drawsLetters && target.reaches(list, hasDrawnLetters)
  const catalog = {
    Type: 'Catalog',
    Pages: list,
    ...writeStructure(target, { ...pages, pages: kids.map(({ ref }) => ref), elements }),
    ...declareAccessible(target, { ...file, elements, isDrawn }),
  }
  target.assign(root, context.obj(catalog))
  const date = PDFString.fromDate(file.createdAt)
  const made = { Producer: PDFHexString.fromText(producer), Creator: PDFHexString.fromText(producer) }
  const info = { Title: PDFHexString.fromText(file.title), ...made, CreationDate: date, ModDate: date }
  return { pdf: target.write(root, target.add(context.obj(info))), pages: kids.length }
}

const inheritable = ['Resources', 'MediaBox', 'CropBox', 'Rotate'].map((name) => PDFName.of(name))

function takePage(target: TicketPdf, { node, ref }: PDFPage, parent: PDFRef): void {
  const page = target.own(ref)
  for (const entry of inheritable) {
    const value = page?.has(entry) ? undefined : node.getInheritableAttribute(entry)
    if (value) page?.set(entry, value)
  }
  page?.set(PDFName.of('Parent'), parent)
}

/** Lists at index i the page on which ticket i begins, and the scale of its marker. */
function readMarkers(pages: PDFPage[], marker: string): ({ start: number; scale: number } | undefined)[] {
  const markers: { start: number; scale: number }[] = []
  pages.forEach((page, start) => {
    for (const { link } of readLinks(page)) {
      const target = readTarget(link)
      const width = link.lookup(PDFName.of('Rect'), PDFArray).asRectangle().width
      if (target?.startsWith(marker))
        markers[Number(target.slice(marker.length))] ??= { start, scale: width / (markerWidth * pointsPerPixel) }
    }
  })
  return Array.from(markers)
}

/** Leaves on a page the links that may stay, each described by where it leads (ISO 14289-1, 7.18.5), and answers them. */
function keepLivingLinks(page: PDFPage, marker: string): PDFRef[] {
  const living = readLinks(page).flatMap(({ ref, link }) => {
    const target = readTarget(link)
    if (!ref || target === undefined || !livingLink.test(target) || target.startsWith(marker)) return []
    link.set(PDFName.of('Contents'), PDFHexString.fromText(target))
    link.delete(PDFName.of('StructParent'))
    return [ref]
  })
  if (living.length > 0) page.node.set(PDFName.of('Annots'), page.doc.context.obj(living))
  else page.node.delete(PDFName.of('Annots'))
  page.node.delete(PDFName.of('StructParents'))
  return living
}

function readLinks(page: PDFPage): { ref: PDFRef | undefined; link: PDFDict }[] {
  const annotations = page.node.lookupMaybe(PDFName.of('Annots'), PDFArray)
  if (!annotations) return []
  return Array.from({ length: annotations.size() }, (_, index) => {
    const ref = annotations.get(index)
    return { ref: ref instanceof PDFRef ? ref : undefined, link: annotations.lookup(index, PDFDict) }
  })
}

function readTarget(link: PDFDict): string | undefined {
  return link.lookupMaybe(PDFName.of('A'), PDFDict)?.lookupMaybe(PDFName.of('URI'), PDFString, PDFHexString)?.decodeText()
}
