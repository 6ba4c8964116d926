import { readContent } from './content-stream.ts'
import { contentTokens } from './content-tokens.ts'
import type { PrintFile } from './print-file.ts'
import { type Entries, readReference, readText } from './syntax.ts'

/** A page's fonts by name, and the letters of the text objects already read with them. */
interface PageFonts {
  entries: Entries
  letters: Map<string, string>
}

/** A font's ToUnicode map. */
interface CharacterMap {
  /** Hexadecimal digits per code. */
  digits: number
  characters: Map<string, string>
}

/**
 * Extracts the letters of a print's text objects in paint order, using each font's ToUnicode map (ISO
 * 32000-1, 9.10.3). Normalizes them as `lettersOf` does, so that the two can be compared.
 */
export class TextExtractor {
  readonly #print: PrintFile
  readonly #maps = new Map<number, CharacterMap>()
  /**
   * The fonts read so far, by a page's font dictionary as written: tickets share most of their text objects.
   */
  readonly #known = new Map<string, PageFonts>()

  constructor(print: PrintFile) {
    this.#print = print
  }

  /** Reads the fonts of a page. */
  fontsOf(page: Entries): PageFonts {
    const written = this.#print.entries(page.get('/Resources')).get('/Font') ?? ''
    const known = this.#known.get(written)
    if (known) return known
    const fonts = { entries: this.#print.entries(written), letters: new Map<string, string>() }
    this.#known.set(written, fonts)
    return fonts
  }

  /** Reads a text object as Chromium writes it. A code that its font does not map becomes U+0000. */
  read(textObject: string, { entries, letters }: PageFonts): string {
    const known = letters.get(textObject)
    if (known !== undefined) return known
    let read = ''
    let map: CharacterMap | undefined
    let isReplaced = false
    for (const [token, actualText, font, codes] of textObject.matchAll(contentTokens.text)) {
      if (actualText !== undefined) read += readText(actualText) ?? unknown
      else if (font !== undefined) map = this.#mapOf(entries.get(font))
      else if (codes !== undefined && !isReplaced) read += map ? decode(codes, map) : unknown
      if (codes === undefined && font === undefined) isReplaced = token !== 'EMC'
    }
    const simple = simplify(read)
    letters.set(textObject, simple)
    return simple
  }

  #mapOf(font: string | undefined): CharacterMap | undefined {
    const number = readReference(font)
    if (number === undefined) return undefined
    const known = this.#maps.get(number)
    if (known) return known
    const map = readMap(readContent(this.#print.object(readReference(this.#print.entriesOf(number).get('/ToUnicode')) ?? 0)))
    this.#maps.set(number, map)
    return map
  }
}

/**
 * Reduces the text of markup to its letters: without spaces and invisible characters, and in capitals, since
 * CSS can capitalize text. Decodes numeric character references and the named ones that Handlebars writes.
 */
export function lettersOf(markup: string): string {
  return simplify(
    markup.includes('&') ? markup.replace(references, (_, name, code, hexCode) => readCharacter(name, code, hexCode)) : markup,
  )
}

/** Checks whether letters are those of a right-to-left text in another order: paint order is visual. */
export function isReordered(letters: string, text: string): boolean {
  return rightToLeft.test(text) && haveSameLetters(letters, text)
}

/** Checks whether two texts have the same letters in any order. */
export function haveSameLetters(some: string, others: string): boolean {
  return some.length === others.length && [...some].sort().join('') === [...others].sort().join('')
}

/** The Unicode blocks of right-to-left scripts. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
const unknown = '\0'
const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }
const references = /&(?:(amp|lt|gt|quot|apos|nbsp)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi

function readCharacter(name?: string, decimal?: string, hexadecimal = ''): string {
  if (name !== undefined) return named[name.toLowerCase()] ?? unknown
  const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal)
  return code <= 0x10ffff ? String.fromCodePoint(code) : unknown
}

function simplify(text: string): string {
  const plain = isAscii.test(text)
    ? text.replace(/\s+/g, '')
    : text.normalize('NFKC').replace(/[\s\p{Cf}\p{Variation_Selector}]+/gu, '')
  return plain.toUpperCase()
}

const isAscii = /^[\0-\x7f]*$/

function decode(codes: string, { digits, characters }: CharacterMap): string {
  let letters = ''
  for (let at = 0; at < codes.length; at += digits)
    letters += characters.get(codes.slice(at, at + digits).toUpperCase()) ?? unknown
  return letters
}

/** Parses a ToUnicode map as Chromium writes it (ISO 32000-1, 9.10.3). */
function readMap(text: string): CharacterMap {
  const digits = /begincodespacerange\s*<([0-9A-Fa-f]+)>/.exec(text)?.[1]?.length ?? 4
  const characters = new Map<string, string>()
  for (const [, kind, lines = ''] of text.matchAll(/beginbf(char|range)\n([\s\S]*?)endbf/g))
    for (const line of lines.split('\n')) {
      const [first = '', second = '', third = ''] = line.match(/[0-9A-Fa-f]+/g) ?? []
      if (kind === 'char') characters.set(first, toCharacters(second))
      else
        for (let code = Number.parseInt(first, 16); code <= Number.parseInt(second, 16); code++)
          characters.set(toCode(code, digits), shift(toCharacters(third), code - Number.parseInt(first, 16)))
    }
  return { digits, characters }
}

function toCharacters(digits: string): string {
  if (digits === '' || digits.length % 4 !== 0) return unknown
  return Buffer.from(digits, 'hex').swap16().toString('utf16le')
}

function toCode(code: number, digits: number): string {
  return code.toString(16).toUpperCase().padStart(digits, '0')
}

/** Adds an offset to a character's code point. */
function shift(character: string, places: number): string {
  return String.fromCodePoint((character.codePointAt(0) ?? 0) + places)
}
