import type { PDFiumDocument } from '@hyzyla/pdfium'
import { ValidationError } from '../errors.ts'
import { pointsPerInch, withPdfium } from './pdfium.ts'
import { encodePng } from './png.ts'

/** A page number, from 1, and the size of its picture: `width` in pixels, or `dpi`, dots per inch. */
export interface PageLook {
  page: number
  width?: number | undefined
  dpi?: number | undefined
}

/** Draws a page as an opaque PNG. @throws ValidationError when there is none, or it would be too large. */
export async function drawPage(pdf: Uint8Array, look: PageLook): Promise<Buffer> {
  const { width, height, data } = await withPdfium(pdf, (document) => render(document, look))
  return await encodePng({ width, height }, rowsOf(data, width, height), { level: 1 })
}

const maximumPixels = 16_000_000
const defaultDpi = 96

async function render(document: PDFiumDocument, { page, width, dpi = defaultDpi }: PageLook) {
  const pageCount = document.getPageCount()
  if (page > pageCount)
    throw new ValidationError('The preview has no such page.', [
      { path: 'page', problem: `must be at most ${pageCount}: the preview has no more pages` },
    ])
  const drawn = document.getPage(page - 1)
  const { originalWidth, originalHeight } = drawn.getOriginalSize()
  const scale = width === undefined ? dpi / pointsPerInch : width / originalWidth
  if (originalWidth * originalHeight * scale ** 2 > maximumPixels)
    throw new ValidationError('The picture would be too large.', [
      { path: width === undefined ? 'dpi' : 'width', problem: `makes more than ${maximumPixels} pixels of this page; lower it` },
    ])
  const size = { width: Math.max(1, Math.round(originalWidth * scale)), height: Math.max(1, Math.round(originalHeight * scale)) }
  return await drawn.render(size)
}

/** Converts RGBA pixels into RGB rows, each preceded by the PNG filter 0, none. */
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
