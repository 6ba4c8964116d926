import { createHash } from 'node:crypto'
import type { PrintObject } from './content-stream.ts'
import type { PrintFile } from './print-file.ts'
import { type Entries, readEntries, rewriteReferences, writeEntries } from './syntax.ts'
import type { PdfWriter } from './writer.ts'

/** What the parts of a combined file share. */
export interface SharedObjects {
  /** The number of each object written so far, by its hash. */
  numbers: Map<string, number>
  /** The offset of a part's keys in the parent tree (ISO 32000-1, 14.7.4.4). */
  firstKey: number
}

/**
 * Copies objects from one file into another, with everything they refer to, each once. Their text stays the
 * same, apart from the numbers in references. With `shared`, equal objects of several files are written once.
 */
export class ObjectCopier {
  /** The objects copied so far. */
  readonly copied: PrintObject[] = []
  readonly writer: PdfWriter
  readonly #source: PrintFile
  readonly #shared: SharedObjects | undefined
  readonly #places = new Map<number, number>()
  /** Numbers of objects that cannot equal another file's: redirected ones, and what refers to them. */
  readonly #own = new Set<number>()
  readonly #open = new Set<number>()

  constructor(source: PrintFile, writer: PdfWriter, shared?: SharedObjects) {
    this.#source = source
    this.writer = writer
    this.#shared = shared
  }

  /** Redirects references to an object of the source to another number, by default a newly reserved one. */
  redirect(number: number, to = this.writer.reserve()): number {
    this.#places.set(number, to)
    this.#own.add(to)
    return to
  }

  /** Returns the number of a source object in the new file, and copies the object if it has none yet. */
  place(number: number): number {
    const known = this.#places.get(number)
    if (known !== undefined) return known
    // An object in a cycle needs its number before it is complete.
    if (this.#open.has(number)) return this.redirect(number)
    this.#open.add(number)
    const place = this.#copy(number, this.#source.object(number))
    this.#open.delete(number)
    return place
  }

  /** Translates the references of a value to the new file. */
  translate(value: string): string {
    return this.#translate(value).text
  }

  /** Translates the entries of a dictionary. `changes` override them; undefined removes one. */
  translateEntries(entries: Entries, changes: Record<string, string | undefined> = {}): [key: string, value: string][] {
    const kept = [...entries].filter(([key]) => !(key in changes))
    const changed = Object.entries(changes).flatMap(([key, value]): [string, string][] =>
      value === undefined ? [] : [[key, value]],
    )
    return [...kept.map(([key, value]): [string, string] => [key, this.#translateEntry(key, value)]), ...changed]
  }

  /** Writes an object in place of a redirected one of the source. */
  replace(number: number, object: PrintObject): void {
    this.writer.write(this.place(number), object)
  }

  #copy(number: number, object: PrintObject): number {
    this.copied.push(object)
    const hasKey = this.#shared && object.text.includes('/StructParent')
    const { text, isOwn } = hasKey
      ? { text: writeEntries(this.translateEntries(readEntries(object.text))), isOwn: true }
      : this.#translate(object.text)
    const translated = { ...object, text }
    const reserved = this.#places.get(number)
    if (this.#shared && !isOwn && reserved === undefined) return this.#writeOnce(number, translated, this.#shared.numbers)
    const place = reserved ?? this.redirect(number)
    this.writer.write(place, translated)
    return place
  }

  #writeOnce(number: number, object: PrintObject, written: Map<string, number>): number {
    // A hash, since a slice of a file's text would keep the whole file in memory.
    const { text, stream = '' } = object
    const key = createHash('sha256').update(text).update(stream).digest('base64')
    const place = written.get(key) ?? this.writer.add(object)
    written.set(key, place)
    this.#places.set(number, place)
    return place
  }

  #translate(value: string): { text: string; isOwn: boolean } {
    let isOwn = false
    const text = rewriteReferences(value, (number) => {
      const place = this.place(number)
      isOwn ||= this.#own.has(place)
      return `${place} 0 R`
    })
    return { text, isOwn }
  }

  #translateEntry(key: string, value: string): string {
    if (!this.#shared || !keysOfParents.test(key)) return this.translate(value)
    return String(Number(value) + this.#shared.firstKey)
  }
}

const keysOfParents = /^\/StructParents?$/
