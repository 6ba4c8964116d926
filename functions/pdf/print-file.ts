import type { PrintObject } from './content-stream.ts'
import { type Entries, readEntries, readItems, readReference } from './syntax.ts'

/** A page of a print, with the entries it inherits from the page tree. */
export interface PrintPage {
  number: number
  entries: Entries
}

/**
 * A PDF as Chromium prints it, and as tickets are stored: one cross-reference table, no object streams, no
 * encryption. Reads objects on demand and keeps them as text, since parsing a whole print took longer than
 * the rest of splitting it.
 * @throws DamagedPdfError when the cross-reference table or an object is not where the file says.
 */
export class PrintFile {
  readonly root: number
  readonly #bytes: Buffer
  readonly #text: string
  readonly #table: ObjectTable
  readonly #objects: (PrintObject | undefined)[] = []

  constructor(print: Uint8Array) {
    this.#bytes = Buffer.from(print.buffer, print.byteOffset, print.byteLength)
    this.#text = this.#bytes.toString('latin1')
    this.#table = readTable(this.#text)
    const root = readReference(readTrailer(this.#text, this.#table).get('/Root'))
    if (root === undefined) throw new DamagedPdfError('its trailer names no catalog')
    this.root = root
  }

  /** Reads an object; one that does not exist is null (ISO 32000-1, 7.3.10). */
  object(number: number): PrintObject {
    const known = this.#objects[number]
    if (known) return known
    const object = this.#read(this.#startOf(number))
    this.#objects[number] = object
    return object
  }

  /** Reads a dictionary, direct or by reference. */
  entries(value: string | undefined): Entries {
    const number = readReference(value)
    return number === undefined ? readEntries(value) : this.entriesOf(number)
  }

  /** Reads an object that is a dictionary, or the dictionary of a stream. */
  entriesOf(number: number): Entries {
    const start = this.#startOf(number)
    return start === undefined ? new Map() : readEntries(this.#text, start)
  }

  /** Resolves a value that may be a reference. */
  resolve(value: string | undefined): string | undefined {
    const number = readReference(value)
    return number === undefined ? value : this.object(number).text
  }

  /** Lists the pages in order, at least one. */
  pages(): PrintPage[] {
    const tree = readReference(this.entriesOf(this.root).get('/Pages'))
    const pages = tree === undefined ? [] : this.#pagesBelow(tree, new Map())
    if (pages.length === 0) throw new DamagedPdfError('it has no page')
    return pages
  }

  #pagesBelow(number: number, inherited: Entries): PrintPage[] {
    const own = this.entriesOf(number)
    if (own.get('/Type') === '/Page') return [{ number, entries: new Map([...inherited, ...own]) }]
    const passedOn = new Map([...inherited, ...[...own].filter(([key]) => inheritable.has(key))])
    return readItems(this.resolve(own.get('/Kids'))).flatMap((kid) => this.#pagesBelow(readReference(kid) ?? 0, passedOn))
  }

  /** Finds where an object begins after its number; undefined when it does not exist. */
  #startOf(number: number): number | undefined {
    const entry = this.#table.first + number * lengthOfEntry
    const isThere = number < this.#table.count && this.#text[entry + lengthOfEntry - 3] === 'n'
    if (!isThere) return undefined
    const [offset, head] = [Number(this.#text.slice(entry, entry + 10)), `${number} 0 obj`]
    if (!this.#text.startsWith(head, offset)) throw new DamagedPdfError(`object ${number} is not at its offset`)
    return offset + head.length
  }

  #read(start: number | undefined): PrintObject {
    if (start === undefined) return { text: 'null' }
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

/** Error thrown when a file is not a complete PDF. */
export class DamagedPdfError extends Error {
  constructor(problem: string) {
    super(`The PDF is damaged: ${problem}.`)
  }
}

const inheritable: ReadonlySet<string> = new Set(['/Resources', '/MediaBox', '/CropBox', '/Rotate'])
/** The dictionary of a stream and the keyword that follows it. */
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
  if (head === undefined) throw new DamagedPdfError('its cross-reference table is not at the offset it names')
  return { first: start + head.length, count: Number(count) }
}

function readTrailer(text: string, { first, count }: ObjectTable): Entries {
  const trailer = text.indexOf('<<', first + count * lengthOfEntry)
  return readEntries(text.slice(trailer, text.lastIndexOf('startxref')).trim())
}
