import { azteccode, code128, datamatrix, drawingSVG, pdf417 } from 'bwip-js'

/** Says how a barcode looks: its kind, and what it is called for those who cannot see it. */
export interface BarcodeOptions {
  type: BarcodeType
  alt: string
}

type Encoder = (text: string) => unknown

const scale = { scale: 1, backgroundcolor: 'FFFFFF', padding: 2 }
const encoders = {
  code128: (text) => code128({ bcid: 'code128', text, ...scale, height: 12, paddingwidth: 10 }, drawingSVG()),
  pdf417: (text) => pdf417({ bcid: 'pdf417', text, ...scale }, drawingSVG()),
  aztec: (text) => azteccode({ bcid: 'azteccode', text, ...scale }, drawingSVG()),
  datamatrix: (text) => datamatrix({ bcid: 'datamatrix', text, ...scale }, drawingSVG()),
} satisfies Record<string, Encoder>

/** Names the kinds of barcodes. */
export type BarcodeType = keyof typeof encoders

/** Tells whether there is such a kind of barcode. */
export function isBarcodeType(name: string): name is BarcodeType {
  return Object.hasOwn(encoders, name)
}

/** Lists the kinds of barcodes. */
export const barcodeTypes: readonly string[] = Object.keys(encoders)

/**
 * Draws `text` as an SVG element for the page itself, quiet zone included, as large as CSS says.
 * @throws Error when a barcode of that kind cannot hold the text
 */
export function barcodeSvg(text: string, { type, alt }: BarcodeOptions): string {
  const svg = String(encoders[type](text)).trim()
  return svg.replace(
    '<svg ',
    `<svg class="barcode" role="img" aria-label="${escapeAttribute(alt)}" shape-rendering="crispEdges" `,
  )
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
