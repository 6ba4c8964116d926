import { PDFArray, PDFDict, PDFDocument, PDFName, type PDFPage, PDFString } from '@cantoo/pdf-lib'

/** Carries what a ticket's file says about itself. */
export interface TicketFile {
  title: string
  createdAt: Date
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
 * into another ticket's.
 */
export async function splitPrint(
  print: Uint8Array,
  files: TicketFile[],
  marker: string,
): Promise<PrintedTicket[] | 'pages' | 'shrunk'> {
  const source = await PDFDocument.load(print, { updateMetadata: false })
  const pages = source.getPages()
  const markers = files.length === 1 ? [{ start: 0, scale: 1 }] : readMarkers(pages, marker)
  const starts = files.map((_, index) => markers[index]?.start ?? -1)
  if (starts[0] !== 0 || starts.some((start, index) => start <= (starts[index - 1] ?? -1))) return 'pages'
  if (markers.some((each) => Math.abs((each?.scale ?? 1) - 1) > negligibleScale)) return 'shrunk'
  for (const page of pages) removeStrangeLinks(page, marker)
  return Promise.all(
    files.map((file, index) => extractTicket(source, { from: starts[index] ?? 0, to: starts[index + 1] ?? pages.length }, file)),
  )
}

const producer = 'Ticket Generator Service'
const pointsPerPixel = 0.75
const negligibleScale = 0.0005
const livingLink = /^(https?:|mailto:|tel:)/i

async function extractTicket(
  source: PDFDocument,
  { from, to }: { from: number; to: number },
  file: TicketFile,
): Promise<PrintedTicket> {
  const target = await PDFDocument.create({ updateMetadata: false })
  const indices = Array.from({ length: to - from }, (_, index) => from + index)
  for (const page of await target.copyPages(source, indices)) target.addPage(page)
  target.setTitle(file.title)
  target.setProducer(producer)
  target.setCreator(producer)
  target.setCreationDate(file.createdAt)
  target.setModificationDate(file.createdAt)
  const pdf = await target.save({ useObjectStreams: false, addDefaultPage: false, updateFieldAppearances: false })
  return { pdf, pages: indices.length }
}

/** Lists at index i the page on which ticket i begins, and the scale of its marker. */
function readMarkers(pages: PDFPage[], marker: string): ({ start: number; scale: number } | undefined)[] {
  const markers: { start: number; scale: number }[] = []
  pages.forEach((page, start) => {
    for (const link of readLinks(page)) {
      const target = readTarget(link)
      const width = link.lookup(PDFName.of('Rect'), PDFArray).asRectangle().width
      if (target?.startsWith(marker))
        markers[Number(target.slice(marker.length))] ??= { start, scale: width / (markerWidth * pointsPerPixel) }
    }
  })
  return Array.from(markers)
}

function removeStrangeLinks(page: PDFPage, marker: string): void {
  const { context } = page.doc
  const living = readLinks(page).filter((link) => {
    const target = readTarget(link)
    return target !== undefined && livingLink.test(target) && !target.startsWith(marker)
  })
  for (const link of living) link.delete(PDFName.of('StructParent'))
  page.node.delete(PDFName.of('StructParents'))
  if (living.length) page.node.set(PDFName.of('Annots'), context.obj(living.map((link) => context.register(link))))
  else page.node.delete(PDFName.of('Annots'))
}

function readLinks(page: PDFPage): PDFDict[] {
  const annotations = page.node.lookupMaybe(PDFName.of('Annots'), PDFArray)
  if (!annotations) return []
  return Array.from({ length: annotations.size() }, (_, index) => annotations.lookup(index, PDFDict))
}

function readTarget(link: PDFDict): string | undefined {
  return link.lookupMaybe(PDFName.of('A'), PDFDict)?.lookupMaybe(PDFName.of('URI'), PDFString)?.asString()
}
