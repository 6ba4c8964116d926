import { azteccode, code128, datamatrix, drawingSVG, pdf417 } from 'bwip-js'

/** A barcode's type, and its description for screen readers. */
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

/** The types of barcodes. */
export type BarcodeType = keyof typeof encoders

/** Checks whether a name is a type of barcode. */
export function isBarcodeType(name: string): name is BarcodeType {
  return Object.hasOwn(encoders, name)
}

/** The names of all types of barcodes. */
export const barcodeTypes: readonly string[] = Object.keys(encoders)

/** Draws `text` as an inline SVG with its quiet zone. @throws Error when that type cannot encode it. */
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
