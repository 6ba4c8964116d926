const name = String.raw`\/[^\s/<>[\](){}%]+`
const literalString = String.raw`\((?:\\[\s\S]|[^\\()])*\)`
const fontSelection = String.raw`(${name}) \S+ Tf\b`
const shownCodes = String.raw`<([0-9A-Fa-f]*)> Tj\b`

/**
 * The tokens of content streams as Chromium writes them (ISO 32000-1, 7.8.2), one expression per reader. Each
 * scans for its own operators only: three of them together take a tenth of the time of one that splits a
 * stream into all of its tokens (`node test/bench/content-scanners.ts`).
 */
export const contentTokens = {
  /** Marked content with a tag and an id, an object painted, other marked content, or an end. */
  marks: new RegExp(
    String.raw`${literalString}|(${name}) ?<<\/MCID (\d+) ?>> ?BDC\b\n?|(${name}) Do\b\n?|\bB[DM]C\b|\bEMC\b\n?`,
    'g',
  ),
  /** Marked content with its `ActualText`, an end of marked content, a font selection, or shown codes. */
  text: new RegExp(String.raw`\/ActualText ?(${literalString}|<[^>]*>) ?>> ?BDC|\bEMC\b|${fontSelection}|${shownCodes}`, 'g'),
  /** A font selection, or shown codes. */
  codes: new RegExp(`${fontSelection}|${shownCodes}`, 'g'),
  /** A text object, or an operator that paints a path, an object or a shading. */
  painters: /^(?:BT\n[\s\S]*?^ET|([fFSsbB]\*?)|\/\S+ (Do|sh))$/gm,
} as const
