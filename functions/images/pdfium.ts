import { type PDFiumDocument, PDFiumLibrary } from '@hyzyla/pdfium'
import { loadOnce } from '../runtime/lazy.ts'

/** A page drawn by PDFium: its size in points, its text, and its pixels, four bytes each. */
export interface PageRaster {
  width: number
  height: number
  text: string
  pixels: Buffer
}

/** Loads PDFium at its first use: most renderers never draw a page. */
const pdfium = loadOnce(() => PDFiumLibrary.init())

/** Opens a PDF, runs `work` on it, and closes it. */
export async function withPdfium<T>(pdf: Uint8Array, work: (document: PDFiumDocument) => Promise<T>): Promise<T> {
  const document = await (await pdfium()).loadDocument(pdf)
  try {
    return await work(document)
  } finally {
    document.destroy()
  }
}

/** Draws all pages of a PDF at a resolution in dots per inch. */
export async function rasterise(pdf: Uint8Array, dpi: number): Promise<PageRaster[]> {
  return await withPdfium(pdf, async (document) => {
    const pages: PageRaster[] = []
    for (const page of document.pages()) {
      // Text and size come first, since drawing a page closes it.
      const [text, { originalWidth, originalHeight }] = [page.getText(), page.getOriginalSize()]
      const { data } = await page.render({ scale: dpi / pointsPerInch })
      pages.push({ width: originalWidth, height: originalHeight, text, pixels: Buffer.from(data) })
    }
    return pages
  })
}

/** Points, the unit of PDF, per inch. */
export const pointsPerInch = 72
