import { withPdfium } from '../../functions/images/pdfium.ts'
import { encodePng } from '../../functions/images/png.ts'

const columns = 5
const cell = { width: 360, gap: 16 }
const ground = 0xdd

/** Draws the first page of each PDF beside the others on one sheet, five in a row, as a PNG. */
export async function drawSheet(pdfs: readonly Uint8Array[]): Promise<Buffer> {
  const pictures = await Promise.all(pdfs.map(drawFirstPage))
  const rowHeight = Math.max(...pictures.map(({ height }) => height))
  const width = columns * (cell.width + cell.gap) + cell.gap
  const height = Math.ceil(pictures.length / columns) * (rowHeight + cell.gap) + cell.gap
  const bytesPerRow = 1 + 3 * width
  const rows = new Uint8Array(height * bytesPerRow).fill(ground)
  // Each row begins with its filter, none.
  for (let y = 0; y < height; y++) rows[y * bytesPerRow] = 0
  for (const [at, picture] of pictures.entries()) {
    const left = cell.gap + (at % columns) * (cell.width + cell.gap)
    const top = cell.gap + Math.floor(at / columns) * (rowHeight + cell.gap)
    for (let from = 0; from < picture.width * picture.height; from++) {
      const to = (top + Math.floor(from / picture.width)) * bytesPerRow + 1 + 3 * (left + (from % picture.width))
      rows.set(picture.data.subarray(4 * from, 4 * from + 3), to)
    }
  }
  return await encodePng({ width, height }, rows, {})
}

async function drawFirstPage(pdf: Uint8Array): Promise<{ width: number; height: number; data: Uint8Array }> {
  return await withPdfium(pdf, async (document) => {
    const page = document.getPage(0)
    const { originalWidth, originalHeight } = page.getOriginalSize()
    return await page.render({ width: cell.width, height: Math.round((cell.width * originalHeight) / originalWidth) })
  })
}
