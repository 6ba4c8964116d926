import { readContent } from './content-stream.ts'
import { contentTokens } from './content-tokens.ts'
import { readPageContent } from './marked-surfaces.ts'
import type { PrintFile, PrintPage } from './print-file.ts'
import { readReference } from './syntax.ts'

/** What a page or form paints with: each font's hexadecimal digits per code, and the objects it may paint. */
interface Resources {
  digits: ReadonlyMap<string, 2 | 4>
  hasShortCodes: boolean
  objects: number[]
}

/**
 * Counts the letters of a print that no font has. Each is shown as glyph 0, `.notdef` (OpenType,
 * "Recommendations for OpenType Fonts"), which has the code 0 in every font that Chromium writes.
 */
export class MissingLetters {
  readonly #print: PrintFile
  /** By the dictionary as written, which the tickets of a print share. */
  readonly #resources = new Map<string | undefined, Resources>()
  readonly #forms = new Map<number, number>()

  constructor(print: PrintFile) {
    this.#print = print
  }

  /** Counts the missing letters of a page and its forms. Pass `content` if the stream has been read. */
  countOn({ entries }: PrintPage, content = readPageContent(this.#print, entries)): number {
    return this.#count(content, entries.get('/Resources'))
  }

  #count(content: string, written: string | undefined): number {
    const known = this.#resources.get(written)
    const resources = known ?? this.#readResources(written)
    if (!known) this.#resources.set(written, resources)
    return resources.objects.reduce((sum, each) => sum + this.#countInForm(each), countZeros(content, resources))
  }

  #countInForm(number: number): number {
    const known = this.#forms.get(number)
    if (known !== undefined) return known
    // Ends the recursion of a form that paints itself.
    this.#forms.set(number, 0)
    const entries = this.#print.entriesOf(number)
    if (entries.get('/Subtype') !== '/Form') return 0
    const count = this.#count(readContent(this.#print.object(number)), entries.get('/Resources'))
    this.#forms.set(number, count)
    return count
  }

  #readResources(written: string | undefined): Resources {
    const entries = this.#print.entries(written)
    const digits = new Map<string, 2 | 4>()
    for (const [name, font] of this.#print.entries(entries.get('/Font')))
      digits.set(name, this.#print.entriesOf(readReference(font) ?? 0).get('/Subtype') === '/Type0' ? 4 : 2)
    const objects = [...this.#print.entries(entries.get('/XObject')).values()].flatMap((each) => readReference(each) ?? [])
    return { digits, hasShortCodes: [...digits.values()].includes(2), objects }
  }
}

const zeros = { 2: '00', 4: '0000' } as const
const mayHaveZero = /<[0-9A-Fa-f]*0000/

function countZeros(content: string, { digits, hasShortCodes }: Resources): number {
  // Most pages have no such code, and this test takes a fraction of the time of the scan.
  if (!hasShortCodes && !mayHaveZero.test(content)) return 0
  let count = 0
  let length: 2 | 4 = 4
  for (const [, font, codes = ''] of content.matchAll(contentTokens.codes)) {
    if (font) length = digits.get(font) ?? 4
    else for (let at = 0; at < codes.length; at += length) if (codes.startsWith(zeros[length], at)) count++
  }
  return count
}
