import { rasterise } from '../../images/pdfium.ts'
import { readLinks } from '../../pdf/links.ts'
import { PrintFile } from '../../pdf/print-file.ts'
import { type Entries, readItems, readNumber, readText } from '../../pdf/syntax.ts'

/** The first difference between a ticket from a shared print and the same ticket printed alone. */
export type PrintDifference = 'page count' | 'page size' | 'pixels' | 'text' | 'links' | 'structure'

/**
 * Compares all that a reader perceives of two PDFs of one ticket: page boxes, pixels (rasterised by PDFium),
 * text, links, and the structure with its alternative texts and languages. Takes some 20 ms a page.
 * @returns The first difference; undefined when the two are the same to every reader.
 */
export async function comparePrints(one: Uint8Array, other: Uint8Array): Promise<PrintDifference | undefined> {
  const [file, otherFile] = [describeFile(one), describeFile(other)]
  if (file.pageCount !== otherFile.pageCount) return 'page count'
  if (file.boxes !== otherFile.boxes) return 'page size'
  if (!areSameLinks(file.links, otherFile.links)) return 'links'
  if (file.structure !== otherFile.structure) return 'structure'
  const [seen, otherSeen] = [await rasterise(one, comparisonDpi), await rasterise(other, comparisonDpi)]
  if (seen.some(({ text }, page) => text !== otherSeen[page]?.text)) return 'text'
  return seen.every(({ pixels }, page) => areSamePixels(pixels, otherSeen[page]?.pixels ?? Buffer.alloc(0)))
    ? undefined
    : 'pixels'
}

/** The resolution of CSS, at which a shift by a fraction of a pixel still shows at the edges of letters. */
const comparisonDpi = 96

/** The differences of PDFium's rounding of emoji between pages: of 255 levels, and channels a page. */
const rounding = { levels: 2, channels: 100 }

function areSamePixels(pixels: Buffer, others: Buffer): boolean {
  if (pixels.equals(others)) return true
  if (pixels.length !== others.length) return false
  let rounded = 0
  for (const [at, level] of pixels.entries()) {
    const difference = Math.abs(level - (others[at] ?? 0))
    if (difference > rounding.levels) return false
    if (difference > 0) rounded++
  }
  return rounded <= rounding.channels
}

/** A link on a page: its page and target, and its rectangle in points. */
interface LinkOnPage {
  name: string
  rectangle: number[]
}

/** In points: Chromium rounds positions on the second page of a print differently from the first. */
const tolerance = 0.1

function areSameLinks(links: LinkOnPage[], others: LinkOnPage[]): boolean {
  if (links.length !== others.length) return false
  return links.every(({ name, rectangle }, index) => {
    const other = others[index]
    return name === other?.name && rectangle.every((side, at) => Math.abs(side - (other.rectangle[at] ?? 0)) < tolerance)
  })
}

function describeFile(pdf: Uint8Array): { pageCount: number; boxes: string; links: LinkOnPage[]; structure: string } {
  const file = new PrintFile(pdf)
  const pages = file.pages()
  const catalog = file.entriesOf(file.root)
  const links = readLinks(file, pages).map(({ page, target, entries }) => ({
    name: `${page} ${target}`,
    rectangle: readItems(entries.get('/Rect')).map(Number),
  }))
  const tree = file.entries(catalog.get('/StructTreeRoot')).get('/K')
  return {
    pageCount: pages.length,
    boxes: pages.map(({ entries }) => boxNames.map((name) => entries.get(name))).join(),
    links,
    structure: [catalog.get('/Lang'), ...describeElements(file, tree)].join('\n'),
  }
}

const boxNames = ['/MediaBox', '/CropBox', '/TrimBox', '/BleedBox', '/ArtBox', '/Rotate']

/** Lists structure elements (ISO 32000-1, 14.7.2), all that is read aloud of them, and their marks. */
function describeElements(file: PrintFile, kids: string | undefined): string[] {
  return readItems(file.resolve(kids)).flatMap((kid) => {
    if (readNumber(kid) !== undefined) return ['mark']
    const element = file.entries(kid)
    if (!element.has('/S')) return [element.get('/Type') ?? '']
    return [describeElement(element), ...describeElements(file, element.get('/K')), 'end']
  })
}

function describeElement(element: Entries): string {
  const texts = ['/Alt', '/ActualText', '/E', '/T'].map((key) => readText(element.get(key)) ?? '')
  const attributes = element.get('/A')?.replaceAll(/\d+ 0 R/g, 'R')
  return JSON.stringify([element.get('/S'), element.get('/Lang'), attributes, ...texts])
}
