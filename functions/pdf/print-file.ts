import { inflateContent } from './content-stream.ts'
import { type Entries, readEntries, readItems, readReference, splitAtReferences, type ValueParts } from './syntax.ts'

/** Is an object as it is written, one character a byte; of a stream its dictionary, and its bytes. */
export interface PrintObject {
  text: string
  stream?: Uint8Array
}

/** Is a page of a print, with what it inherits from the page tree. */
export interface PrintPage {
  number: number
  entries: Entries
}

/**
 * Reads a PDF as Chromium prints it: one table of objects, which are written out one after the other and not encrypted. Objects stay as they are
 * written, and what is not asked for is not looked at: to parse all of it took longer than everything else that is done to split a print.
 * @throws Error when the table of objects is not where the file says.
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

  /** Gives the object of a number; the null object when there is none. */
  object(number: number): PrintObject {
    const known = this.#objects[number]
    if (known) return known
    const object = this.#read(this.#offsetOf(number))
    this.#objects[number] = object
    return object
  }

  /** Parts a value at its references, once: many tickets have the same, those of fonts for one, and each writes other references. */
  parts(value: string): ValueParts {
    const known = this.#parts.get(value)
    if (known) return known
    const parts = splitAtReferences(value)
    this.#parts.set(value, parts)
    return parts
  }

  /** Reads a dictionary, whether it stands there or is referred to. */
  entries(value: string | undefined): Entries {
    const number = readReference(value)
    return number === undefined ? readEntries(value) : this.entriesOf(number)
  }

  /** Reads the dictionary that an object is or, of a stream, has. */
  entriesOf(number: number): Entries {
    const offset = this.#offsetOf(number)
    return offset === 0 ? new Map() : readEntries(this.#text, this.#text.indexOf('obj', offset) + 'obj'.length)
  }

  /** Follows a value that is a reference to what it leads to. */
  resolve(value: string | undefined): string | undefined {
    const number = readReference(value)
    return number === undefined ? value : this.object(number).text
  }

  /** Lists the pages in their order. */
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

  /** Reads where an object stands; 0 when it does not. */
  #offsetOf(number: number): number {
    const entry = this.#table.first + number * lengthOfEntry
    const isThere = number < this.#table.count && this.#text[entry + lengthOfEntry - 3] === 'n'
    return isThere ? Number(this.#text.slice(entry, entry + 10)) : 0
  }

  #read(offset: number): PrintObject {
    if (offset === 0) return { text: 'null' }
    const start = this.#text.indexOf('obj', offset) + 'obj'.length
    // Strings have their line breaks escaped, so that none can say this.
    const end = this.#text.indexOf('\nendobj', start)
    const body = this.#text.slice(start, end)
    // Most objects are none, and to ask the expression takes longer.
    const [head, length] = (body.includes('stream') && streamStart.exec(body)) || []
    if (head === undefined || length === undefined) return { text: body.trim() }
    const from = start + head.length
    const dictionary = head.slice(0, head.lastIndexOf('>>') + '>>'.length).trim()
    return { text: dictionary, stream: this.#bytes.subarray(from, from + Number(length)) }
  }
}

/** Reads what a stream holds, compressed or not, one character a byte; of any other object, nothing. */
export function readContent({ text, stream }: PrintObject): string {
  if (!stream) return ''
  return readEntries(text).has('/Filter') ? inflateContent(stream) : Buffer.from(stream).toString('latin1')
}

const inheritable: ReadonlySet<string> = new Set(['/Resources', '/MediaBox', '/CropBox', '/Rotate'])
/** Matches the dictionary of a stream, whose bytes may hold anything. */
const streamStart = /^\s*<<[\s\S]*?\/Length (\d+)[\s\S]*?>>\s*stream\r?\n/
const lengthOfEntry = 20

/** Is where the table of objects has its first entry, and how many it has (ISO 32000-1, 7.5.4). */
interface ObjectTable {
  first: number
  count: number
}

function readTable(text: string): ObjectTable {
  const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text.slice(-64))?.[1])
  const [head, count] = /^xref\s+0 (\d+)\s*?\n/.exec(text.slice(start, start + 64)) ?? []
  if (head === undefined) throw new Error('The print has no table of objects where it says that one is.')
  return { first: start + head.length, count: Number(count) }
}

function readTrailer(text: string, { first, count }: ObjectTable): Entries {
  const trailer = text.indexOf('<<', first + count * lengthOfEntry)
  return readEntries(text.slice(trailer, text.lastIndexOf('startxref')).trim())
}
