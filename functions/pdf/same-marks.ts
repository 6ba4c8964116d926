import { PDFArray, PDFDocument, type PDFPage, PDFRawStream } from '@cantoo/pdf-lib'
import { readInstructions } from './content-stream.ts'
import { type Mark, Painter } from './painter.ts'
import { decodeStream } from './raw-stream.ts'

/**
 * Tells whether two PDFs paint the same marks in the same places, to one CSS pixel, on pages of equal number and
 * size. It does not matter how they are written: names of resources, the glyphs a font carries, nesting of transformations.
 */
export async function haveSameMarks(first: Uint8Array, second: Uint8Array): Promise<boolean> {
  return isSamePrint(await readPages(first), await readPages(second))
}

/** Lists what each page of a PDF paints; the first mark is the page itself. */
export async function readPages(pdf: Uint8Array): Promise<Mark[][]> {
  return (await PDFDocument.load(pdf, { updateMetadata: false })).getPages().map(readMarks)
}

/** Tells whether two lists of pages paint the same, to so many points; a CSS pixel has 0.75. */
export function isSamePrint(pages: Mark[][], others: Mark[][], tolerance = 0.76): boolean {
  return pages.length === others.length && pages.every((marks, index) => sameMarks(marks, others[index] ?? [], tolerance))
}

function sameMarks(marks: Mark[], others: Mark[], tolerance: number): boolean {
  return marks.length === others.length && marks.every((mark, index) => isSame(mark, others[index], tolerance))
}

function isSame({ kind, place }: Mark, other: Mark | undefined, tolerance: number): boolean {
  if (!other || other.kind !== kind || other.place.length !== place.length) return false
  return place.every((value, at) => Math.abs(value - (other.place[at] ?? Number.NaN)) <= tolerance)
}

function readMarks(page: PDFPage): Mark[] {
  const { width, height } = page.getSize()
  const contents = page.node.Contents()
  const streams = contents instanceof PDFArray ? contents.asArray().map((part) => page.doc.context.lookup(part)) : [contents]
  const painter = new Painter(page.node.Resources(), [0, 0, width, height])
  for (const stream of streams) if (stream instanceof PDFRawStream) painter.paint(readInstructions(decodeStream(stream)))
  return [{ kind: 'page', place: [width, height] }, ...painter.marks]
}
