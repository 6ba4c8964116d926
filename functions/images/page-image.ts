import type { PDFiumDocument } from '@hyzyla/pdfium'
import { ValidationError } from '../errors.ts'
import { pointsPerInch, withPdfium } from './pdfium.ts'
import { encodePng } from './png.ts'

/** Says which page to draw, from 1, and how large: `width` in pixels, or `dpi`, dots an inch. */
export interface PageLook {
  page: number
  width?: number | undefined
  dpi?: number | undefined
}

/**
 * Draws one page of a PDF as a PNG without transparency, by PDFium, which is what Chromium shows PDFs with.
 * @throws ValidationError when there is no such page, or its picture would be larger than `mostPixels`.
 */
export async function drawPage(pdf: Uint8Array, look: PageLook): Promise<Buffer> {
  const { width, height, data } = await withPdfium(pdf, (document) => render(document, look))
  return await encodePng({ width, height }, rowsOf(data, width, height), { level: 1 })
}

const mostPixels = 16_000_000
const usualDpi = 96

async function render(document: PDFiumDocument, { page, width, dpi = usualDpi }: PageLook) {
  const pageCount = document.getPageCount()
  if (page > pageCount) throw new ValidationError('The preview has no such page.', [tooFar(pageCount)])
  const drawn = document.getPage(page - 1)
  const { originalWidth, originalHeight } = drawn.getOriginalSize()
  const scale = width === undefined ? dpi / pointsPerInch : width / originalWidth
  if (originalWidth * originalHeight * scale ** 2 > mostPixels)
    throw new ValidationError('The picture would be too large.', [
      { path: width === undefined ? 'dpi' : 'width', problem: `makes more than ${mostPixels} pixels of this page; take less` },
    ])
  const size = { width: Math.max(1, Math.round(originalWidth * scale)), height: Math.max(1, Math.round(originalHeight * scale)) }
  return await drawn.render(size)
}

function tooFar(pageCount: number) {
  return { path: 'page', problem: `must be at most ${pageCount}: the preview has no more pages` }
}

/** Turns red, green, blue and alpha into rows of red, green and blue, each with the number of its filter, none, before it. */
function rowsOf(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const rows = new Uint8Array(height * (1 + 3 * width))
  let to = 0
  for (let from = 0; from < width * height * 4; from += 4) {
    if (from % (4 * width) === 0) to++
    rows[to++] = pixels[from] ?? 0
    rows[to++] = pixels[from + 1] ?? 0
    rows[to++] = pixels[from + 2] ?? 0
  }
  return rows
}
