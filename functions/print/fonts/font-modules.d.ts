declare module 'subset-font' {
  interface SubsetOptions {
    targetFormat: 'truetype'
    keepAllGlyphs: true
    variationAxes: Record<string, number>
  }

  /** Cuts a font (TrueType, WOFF or WOFF2) down to one weight with all glyphs. */
  export default function subsetFont(font: Buffer, text: undefined, options: SubsetOptions): Promise<Buffer>
}

declare module 'fontverter' {
  /** Converts a font between TrueType, WOFF and WOFF2, which wrap the same tables. */
  export function convert(font: Buffer, format: 'truetype'): Promise<Buffer>
}
