import { asStream, deflateContent, type PrintObject } from './content-stream.ts'
import type { Link } from './links.ts'
import { markArtifacts } from './marked-content.ts'
import type { MarkedSurface, MarkedSurfaces } from './marked-surfaces.ts'
import type { ObjectCopier } from './object-copier.ts'
import type { PageContents } from './page-contents.ts'
import type { PrintFile, PrintPage } from './print-file.ts'
import { readEntries, readItems, writeEntries, writeReferences, writeText } from './syntax.ts'

/**
 * A ticket's pages of a print: `from` up to but not including `to`, with the surfaces on them and the links
 * to keep. `paper` is in CSS pixels.
 */
export interface TicketPages {
  paper?: { width: number; height: number } | undefined
  print: PrintFile
  pages: PrintPage[]
  links: Link[]
  surfaces: MarkedSurfaces
  contents: PageContents
  from: number
  to: number
}

/** The page tree node of a file's pages, and the parent tree keys of pages, forms and links. */
interface PagePlaces {
  list: number
  keys: ReadonlyMap<number, string>
}

/** Writes a ticket's pages with their tree node, the forms that have marks, and the links to keep. */
export function writePages(target: ObjectCopier, ticket: TicketPages, { list, keys }: PagePlaces): void {
  const { print, surfaces, contents } = ticket
  const pages = ticket.pages.slice(ticket.from, ticket.to)
  const trimmed = trimPages(pages, ticket.paper)
  const kids = writeReferences(pages.map(({ number }) => target.place(number)))
  target.writer.write(list, { text: `<</Type /Pages /Count ${pages.length} /Kids ${kids}>>` })
  for (const page of trimmed) {
    const links = ticket.links.filter((link) => ticket.pages[link.page]?.number === page.number)
    const surface = surfaces.get(page.number)
    const streams = surface && contents.write(surface).map((stream) => asStream('<<>>', stream))
    target.replace(page.number, { text: writePage(target, page, { list, links, streams, keys }) })
    for (const link of links) target.replace(link.number, { text: writeLink(target, link, keys) })
  }
  for (const [number, surface] of surfaces)
    if (surface.form !== undefined)
      target.replace(number, writeForm(target, print.object(number), { surface, key: keys.get(number) }))
}

/** Trims pages that Chromium rounded up to their paper size, at the right and the bottom. */
function trimPages(pages: PrintPage[], paper: TicketPages['paper']): PrintPage[] {
  if (!paper) return pages
  return pages.map((page) => {
    const [left = 0, bottom = 0, right = 0, top = 0] = readItems(page.entries.get('/MediaBox')).map(Number)
    const [tooWide, tooHigh] = [right - left - paper.width * pointsPerPixel, top - bottom - paper.height * pointsPerPixel]
    if (!isRounding(tooWide) || !isRounding(tooHigh)) return page
    const box = [left, bottom + Math.max(0, tooHigh), right - Math.max(0, tooWide), top].map((side) => Number(side.toFixed(3)))
    return { ...page, entries: new Map([...page.entries, ['/MediaBox', `[${box.join(' ')}]`]]) }
  })
}

const pointsPerPixel = 0.75
const isRounding = (points: number): boolean => Math.abs(points) < 1.5

function writePage(
  target: ObjectCopier,
  { number, entries }: PrintPage,
  { list, links, streams, keys }: PagePlaces & { links: Link[]; streams: PrintObject[] | undefined },
): string {
  const contents = streams && writeReferences(streams.map((each) => target.writer.add(each)))
  const changes = {
    '/Parent': `${list} 0 R`,
    '/Contents': contents ?? target.translate(entries.get('/Contents') ?? 'null'),
    '/Annots': links.length > 0 ? writeReferences(links.map((link) => target.place(link.number))) : undefined,
    '/StructParents': keys.get(number),
  }
  return writeEntries(target.translateEntries(entries, changes))
}

/** Writes a link, described by its target (ISO 14289-1, 7.18.5). */
function writeLink(target: ObjectCopier, { number, entries, target: uri }: Link, keys: PagePlaces['keys']): string {
  const changes = { '/Contents': writeText(uri ?? ''), '/StructParent': keys.get(number) }
  return writeEntries(target.translateEntries(entries, changes))
}

function writeForm(
  target: ObjectCopier,
  form: PrintObject,
  { surface, key }: { surface: MarkedSurface; key?: string | undefined },
): PrintObject {
  const changes = { '/StructParents': key, '/Length': undefined, '/Filter': undefined, '/DecodeParms': undefined }
  const content = markArtifacts(surface.content, surface.real, surface.markedForms).join('')
  return asStream(writeEntries(target.translateEntries(readEntries(form.text), changes)), deflateContent(content))
}
