import { PDFDocument, type PDFEmbeddedPage, type PDFPage, rgb } from '@cantoo/pdf-lib'
import type { SheetLayout } from '../../contract/template-check.ts'
import { gridOf, type PageSize, papers, pointsPerMillimetre, sheetProblem } from './sheet-grid.ts'

/**
 * Imposes the pages of many PDFs on sheets of paper, row by row, in their own size, and yields a PDF of each
 * sheet as soon as it is full, so that memory holds one sheet. Columns and rows touch, so that one cut
 * separates two; cut marks are in the margin only.
 * @throws SheetTooSmallError when a page does not fit on the paper
 */
export async function* imposeSheets(
  pdfs: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  layout: SheetLayout,
): AsyncGenerator<Uint8Array> {
  let sheet: Sheet | undefined
  for await (const pdf of pdfs) {
    const source = await PDFDocument.load(pdf, { updateMetadata: false })
    for (const page of source.getPages()) {
      if (sheet && !sheet.hasRoomFor(page)) {
        yield await sheet.save()
        sheet = undefined
      }
      sheet ??= await Sheet.open(layout, page)
      await sheet.place(page)
    }
  }
  if (sheet) yield await sheet.save()
}

/** Error thrown when pages do not fit on the paper of a sheet. */
export class SheetTooSmallError extends Error {
  constructor(problem: string) {
    super(`${problem}.`)
  }
}

const mark = { gap: 1.5 * pointsPerMillimetre, length: 3.5 * pointsPerMillimetre, thickness: 0.25 }
const producer = 'Ticket Generator Service'

class Sheet {
  readonly #document: PDFDocument
  readonly #page: PDFPage
  readonly #layout: SheetLayout
  readonly #cell: PageSize
  #placed = 0

  private constructor(document: PDFDocument, layout: SheetLayout, cell: PageSize) {
    this.#document = document
    this.#layout = layout
    this.#cell = cell
    this.#page = document.addPage([...papers[layout.paper]])
    const problem = sheetProblem(layout, cell)
    if (problem) throw new SheetTooSmallError(problem)
    if (layout.cutMarks) this.#drawMarks()
  }

  /** Opens a sheet for pages of the size of `first`. */
  static async open(layout: SheetLayout, first: PDFPage): Promise<Sheet> {
    const document = await PDFDocument.create({ updateMetadata: false })
    document.setProducer(producer)
    return new Sheet(document, layout, first.getSize())
  }

  /** Checks whether the sheet has a free cell, and the page the size of its cells. */
  hasRoomFor(page: PDFPage): boolean {
    const { width, height } = page.getSize()
    return (
      this.#placed < this.#layout.columns * this.#rows && isNear(width, this.#cell.width) && isNear(height, this.#cell.height)
    )
  }

  /** Places a page in the next cell, embedded as a form. */
  async place(page: PDFPage): Promise<void> {
    const embedded: PDFEmbeddedPage = await this.#document.embedPage(page)
    const { left, top } = this.#grid
    const column = this.#placed % this.#layout.columns
    const row = Math.floor(this.#placed / this.#layout.columns)
    this.#page.drawPage(embedded, { x: left + column * this.#cell.width, y: top - (row + 1) * this.#cell.height })
    this.#placed++
  }

  /** Writes the sheet's file, whose bytes depend on the pages alone. */
  save(): Promise<Uint8Array> {
    return this.#document.save({ useObjectStreams: false, addDefaultPage: false, updateFieldAppearances: false })
  }

  get #rows(): number {
    return gridOf(this.#layout, this.#cell).rows
  }

  get #grid(): { left: number; right: number; bottom: number; top: number } {
    const { width, height } = this.#page.getSize()
    const { left, bottom } = gridOf(this.#layout, this.#cell)
    return { left, right: width - left, bottom, top: height - bottom }
  }

  #drawMarks(): void {
    const { left, right, bottom, top } = this.#grid
    const { gap, length } = mark
    const xs = Array.from({ length: this.#layout.columns + 1 }, (_, column) => left + column * this.#cell.width)
    const ys = Array.from({ length: this.#rows + 1 }, (_, row) => top - row * this.#cell.height)
    for (const x of xs) for (const y of [top + gap, bottom - gap - length]) this.#drawMark({ x, y }, { x, y: y + length })
    for (const y of ys) for (const x of [left - gap - length, right + gap]) this.#drawMark({ x, y }, { x: x + length, y })
  }

  #drawMark(start: { x: number; y: number }, end: { x: number; y: number }): void {
    this.#page.drawLine({ start, end, thickness: mark.thickness, color: rgb(0, 0, 0) })
  }
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) < 1
}
