import { inflateContent } from './content-stream.ts'
import { type Entries, readEntries, readItems, readReference, splitAtReferences, type ValueParts } from './syntax.ts'

/** An object as Latin-1 text; of a stream, `text` is its dictionary. */
export interface PrintObject {
  text: string
  stream?: Uint8Array
}

/** A page of a print, with the entries it inherits from the page tree. */
export interface PrintPage {
  number: number
  entries: Entries
}

/**
 * A PDF as Chromium prints it: one cross-reference table, no object streams, no encryption. Reads objects on
 * demand and keeps them as text, since parsing a whole print took longer than the rest of splitting it. Combining
 * files, which follows every reference, uses pdf-lib instead.
 * @throws Error when the cross-reference table is not where the file says.
 */
export class PrintFile {
  readonly root: number
  readonly #bytes: Buffer
  readonly #text: string
  readonly #table: ObjectTable
  readonly #objects: (PrintObject | undefined)[] = []
  readonly #parts = new Map<string, ValueParts>()

  constructor(print: Uint8Array) {
    this.#bytes = Buffer.from(print.buffer, print.byteOffset, print.byteLength)
    this.#text = this.#bytes.toString('latin1')
    this.#table = readTable(this.#text)
    const root = readReference(readTrailer(this.#text, this.#table).get('/Root'))
    if (root === undefined) throw new Error('The print names no catalog.')
    this.root = root
  }

  /** Reads an object; one that does not exist is null (ISO 32000-1, 7.3.10). */
  object(number: number): PrintObject {
    const known = this.#objects[number]
    if (known) return known
    const object = this.#read(this.#offsetOf(number))
    this.#objects[number] = object
    return object
  }

  /**
   * Splits a value at its references. Cached: tickets share values, such as those of fonts, and each
   * translates them anew.
   */
  parts(value: string): ValueParts {
    const known = this.#parts.get(value)
    if (known) return known
    const parts = splitAtReferences(value)
    this.#parts.set(value, parts)
    return parts
  }

  /** Reads a dictionary, direct or by reference. */
  entries(value: string | undefined): Entries {
    const number = readReference(value)
    return number === undefined ? readEntries(value) : this.entriesOf(number)
  }

  /** Reads an object that is a dictionary, or the dictionary of a stream. */
  entriesOf(number: number): Entries {
    const offset = this.#offsetOf(number)
    return offset === 0 ? new Map() : readEntries(this.#text, this.#text.indexOf('obj', offset) + 'obj'.length)
  }

  /** Resolves a value that may be a reference. */
  resolve(value: string | undefined): string | undefined {
    const number = readReference(value)
    return number === undefined ? value : this.object(number).text
  }

  /** Lists the pages in order. */
  pages(): PrintPage[] {
    const tree = readReference(this.entriesOf(this.root).get('/Pages'))
    return tree === undefined ? [] : this.#pagesBelow(tree, new Map())
  }

  #pagesBelow(number: number, inherited: Entries): PrintPage[] {
    const own = this.entriesOf(number)
    if (own.get('/Type') === '/Page') return [{ number, entries: new Map([...inherited, ...own]) }]
    const passedOn = new Map([...inherited, ...[...own].filter(([key]) => inheritable.has(key))])
    return readItems(this.resolve(own.get('/Kids'))).flatMap((kid) => this.#pagesBelow(readReference(kid) ?? 0, passedOn))
  }

  /** Finds the offset of an object; 0 when it does not exist. */
  #offsetOf(number: number): number {
    const entry = this.#table.first + number * lengthOfEntry
    const isThere = number < this.#table.count && this.#text[entry + lengthOfEntry - 3] === 'n'
    return isThere ? Number(this.#text.slice(entry, entry + 10)) : 0
  }

  #read(offset: number): PrintObject {
    if (offset === 0) return { text: 'null' }
    const start = this.#text.indexOf('obj', offset) + 'obj'.length
    // Line breaks in strings are escaped, so no string can contain this.
    const end = this.#text.indexOf('\nendobj', start)
    const body = this.#text.slice(start, end)
    // Most objects are no streams, and `includes` is quicker than the expression.
    const [head, length] = (body.includes('stream') && streamStart.exec(body)) || []
    if (head === undefined || length === undefined) return { text: body.trim() }
    const from = start + head.length
    const dictionary = head.slice(0, head.lastIndexOf('>>') + '>>'.length).trim()
    return { text: dictionary, stream: this.#bytes.subarray(from, from + Number(length)) }
  }
}

/** Reads the content of a stream, compressed or not, as Latin-1 text; empty for any other object. */
export function readContent({ text, stream }: PrintObject): string {
  if (!stream) return ''
  return readEntries(text).has('/Filter') ? inflateContent(stream) : Buffer.from(stream).toString('latin1')
}

const inheritable: ReadonlySet<string> = new Set(['/Resources', '/MediaBox', '/CropBox', '/Rotate'])
/** The dictionary of a stream and the keyword that ends it. */
const streamStart = /^\s*<<[\s\S]*?\/Length (\d+)[\s\S]*?>>\s*stream\r?\n/
const lengthOfEntry = 20

/** The cross-reference table: the offset of its first entry, and their number (ISO 32000-1, 7.5.4). */
interface ObjectTable {
  first: number
  count: number
}

function readTable(text: string): ObjectTable {
  const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text.slice(-64))?.[1])
  const [head, count] = /^xref\s+0 (\d+)\s*?\n/.exec(text.slice(start, start + 64)) ?? []
  if (head === undefined) throw new Error('The print has no cross-reference table at the offset it names.')
  return { first: start + head.length, count: Number(count) }
}

function readTrailer(text: string, { first, count }: ObjectTable): Entries {
  const trailer = text.indexOf('<<', first + count * lengthOfEntry)
  return readEntries(text.slice(trailer, text.lastIndexOf('startxref')).trim())
}
