import {
  ParseSpeeds,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFHexString,
  PDFName,
  PDFObjectCopier,
  PDFPage,
  PDFRef,
  PDFString,
} from '@cantoo/pdf-lib'
import { declareAccessible } from './accessible-file.ts'
import { type MarkedSurfaces, readSurfaces, writeSurfaces } from './marked-surfaces.ts'
import { readStructure, type StructureElement } from './structure-tree.ts'
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
  const structure = readTags(source, marker)
  return Promise.all(
    files.map((file, index) =>
      extractTicket({ source, ...structure, from: starts[index] ?? 0, to: starts[index + 1] ?? pages.length }, file),
    ),
  )
}

// At once, instead of a pause of a millisecond after every 50 objects.
const saveOptions = {
  useObjectStreams: false,
  addDefaultPage: false,
  updateFieldAppearances: false,
  objectsPerTick: Number.POSITIVE_INFINITY,
}
const producer = 'Ticket Generator Service'
const pointsPerPixel = 0.75
const negligibleScale = 0.0005
const livingLink = /^(https?:|mailto:|tel:)/i

/** Is the pages of one ticket in the print, `to` not included, with the structure of the whole. */
interface TicketPages {
  source: PDFDocument
  elements: StructureElement[]
  surfaces: MarkedSurfaces
  from: number
  to: number
}

/** Readies the print for splitting: takes out the links that must not stay, and marks as artifacts what no tag speaks of. */
function readTags(source: PDFDocument, marker: string): Pick<TicketPages, 'elements' | 'surfaces'> {
  const links = new Map(
    source.getPages().flatMap((page, index) => keepLivingLinks(page, marker).map((link) => [link, index] as const)),
  )
  const surfaces = readSurfaces(source)
  const elements = readStructure(source, { surfaces, links })
  writeSurfaces(source, surfaces)
  return { elements, surfaces }
}

async function extractTicket(pages: TicketPages, file: TicketFile): Promise<PrintedTicket> {
  const target = await PDFDocument.create({ updateMetadata: false })
  const copier = PDFObjectCopier.for(pages.source.context, target.context)
  for (const { node } of pages.source.getPages().slice(pages.from, pages.to)) {
    const copy = copier.copy(node)
    target.addPage(PDFPage.of(copy, target.context.register(copy), target))
  }
  const elements = pages.elements.filter(({ first, last }) => first < pages.to && last >= pages.from)
  writeStructure(target, copier, { ...pages, elements })
  declareAccessible(target, elements, file)
  target.setProducer(producer)
  target.setCreator(producer)
  target.setCreationDate(file.createdAt)
  target.setModificationDate(file.createdAt)
  const pdf = await target.save(saveOptions)
  return { pdf, pages: pages.to - pages.from }
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
