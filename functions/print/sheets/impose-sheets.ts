import type { SheetLayout } from '../../contract/template-check.ts'
import { asStream, compressions, deflateContent } from '../../pdf/content-stream.ts'
import { readPageContent } from '../../pdf/marked-surfaces.ts'
import { ObjectCopier, type SharedObjects } from '../../pdf/object-copier.ts'
import { PrintFile, type PrintPage } from '../../pdf/print-file.ts'
import { readItems } from '../../pdf/syntax.ts'
import { PdfWriter } from '../../pdf/writer.ts'
import { gridOf, type PageSize, papers, pointsPerMillimetre, sheetProblem } from './sheet-grid.ts'

/**
 * Imposes the pages of many PDFs on sheets of paper, row by row and unscaled, and yields the PDF of each
 * sheet as soon as it is full, so that memory holds one sheet. Columns and rows touch, so that one cut
 * separates two; cut marks are only in the margin.
 * @throws SheetTooSmallError when a page does not fit on the paper; DamagedPdfError.
 */
export async function* imposeSheets(
  pdfs: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  layout: SheetLayout,
): AsyncGenerator<Uint8Array> {
  let sheet: Sheet | undefined
  for await (const pdf of pdfs) {
    const file = new PrintFile(pdf)
    for (const page of file.pages()) {
      const box = boxOf(page)
      if (sheet && !sheet.hasRoomFor(box)) {
        yield sheet.end()
        sheet = undefined
      }
      sheet ??= new Sheet(layout, box)
      sheet.place(file, page)
    }
  }
  if (sheet) yield sheet.end()
}

/** Error thrown when pages do not fit on the paper of a sheet. */
export class SheetTooSmallError extends Error {
  constructor(problem: string) {
    super(`${problem}.`)
  }
}

const mark = { gap: 1.5 * pointsPerMillimetre, length: 3.5 * pointsPerMillimetre, thickness: 0.25 }

class Sheet {
  readonly #writer = new PdfWriter()
  readonly #shared: SharedObjects = { numbers: new Map(), firstKey: 0 }
  readonly #forms: number[] = []
  readonly #layout: SheetLayout
  readonly #cell: PageSize
  readonly #rows: number
  readonly #edges: { left: number; right: number; bottom: number; top: number }
  #content = ''

  /** Opens a sheet for pages of one size. */
  constructor(layout: SheetLayout, cell: PageSize) {
    const problem = sheetProblem(layout, cell)
    if (problem) throw new SheetTooSmallError(problem)
    const [width, height] = papers[layout.paper]
    const { rows, left, bottom } = gridOf(layout, cell)
    this.#layout = layout
    this.#cell = cell
    this.#rows = rows
    this.#edges = { left, right: width - left, bottom, top: height - bottom }
    if (layout.cutMarks) this.#drawMarks()
  }

  /** Checks whether the sheet has a free cell, and whether a page of this size fills it. */
  hasRoomFor({ width, height }: PageSize): boolean {
    const isFull = this.#forms.length === this.#layout.columns * this.#rows
    return !isFull && isNear(width, this.#cell.width) && isNear(height, this.#cell.height)
  }

  /** Places a page in the next cell, as a form (ISO 32000-1, 8.10). */
  place(file: PrintFile, page: PrintPage): void {
    const [column, row] = [this.#forms.length % this.#layout.columns, Math.floor(this.#forms.length / this.#layout.columns)]
    const { left, bottom } = boxOf(page)
    const x = this.#edges.left + column * this.#cell.width - left
    const y = this.#edges.top - (row + 1) * this.#cell.height - bottom
    this.#content += `q 1 0 0 1 ${write(x, y)} cm /P${this.#forms.length} Do Q\n`
    const copier = new ObjectCopier(file, this.#writer, this.#shared)
    const resources = copier.translate(page.entries.get('/Resources') ?? '<<>>')
    const form = `<</Type /XObject /Subtype /Form /BBox ${page.entries.get('/MediaBox')} /Resources ${resources}>>`
    const content = deflateContent(readPageContent(file, page.entries), compressions.small)
    this.#forms.push(this.#writer.add(asStream(form, content)))
  }

  /** Writes the sheet's file, whose bytes depend on the pages alone. */
  end(): Uint8Array {
    const [writer, [root, list]] = [this.#writer, [this.#writer.reserve(), this.#writer.reserve()]]
    const contents = writer.add(asStream('<<>>', deflateContent(this.#content)))
    const forms = this.#forms.map((number, index) => `/P${index} ${number} 0 R`).join(' ')
    const resources = `/Resources <</XObject <<${forms}>>>>`
    const box = `[0 0 ${papers[this.#layout.paper].join(' ')}]`
    const page = writer.add({
      text: `<</Type /Page /Parent ${list} 0 R /MediaBox ${box} ${resources} /Contents ${contents} 0 R>>`,
    })
    writer.write(list, { text: `<</Type /Pages /Count 1 /Kids [${page} 0 R]>>` })
    writer.write(root, { text: `<</Type /Catalog /Pages ${list} 0 R>>` })
    writer.end(root)
    return writer.takeBytes()
  }

  #drawMarks(): void {
    const { left, right, bottom, top } = this.#edges
    const { gap, length } = mark
    const xs = Array.from({ length: this.#layout.columns + 1 }, (_, column) => left + column * this.#cell.width)
    const ys = Array.from({ length: this.#rows + 1 }, (_, row) => top - row * this.#cell.height)
    this.#content += `${mark.thickness} w\n`
    for (const x of xs) for (const y of [top + gap, bottom - gap - length]) this.#drawLine([x, y], [x, y + length])
    for (const y of ys) for (const x of [left - gap - length, right + gap]) this.#drawLine([x, y], [x + length, y])
  }

  #drawLine(start: [x: number, y: number], end: [x: number, y: number]): void {
    this.#content += `${write(...start)} m\n${write(...end)} l\nS\n`
  }
}

/** Reads a page's box, the part of it that its sheet shows. */
function boxOf({ entries }: PrintPage): PageSize & { left: number; bottom: number } {
  const [left = 0, bottom = 0, right = 0, top = 0] = readItems(entries.get('/MediaBox')).map(Number)
  return { left, bottom, width: right - left, height: top - bottom }
}

/** Writes the coordinates of a point. */
function write(x: number, y: number): string {
  return `${Number(x.toFixed(3))} ${Number(y.toFixed(3))}`
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) < 1
}
