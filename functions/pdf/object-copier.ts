import { createHash } from 'node:crypto'
import { PDFArray, PDFDict, PDFName, PDFNumber, type PDFObject, PDFRawStream, PDFRef } from '@cantoo/pdf-lib'
import type { PdfWriter } from './writer.ts'

/** The destination of a part's objects. `written` maps the hash of an object to its place in the file. */
export interface CopyTarget {
  writer: PdfWriter
  written: Map<string, PDFRef>
  /** The offset of the part's keys in the parent tree (ISO 32000-1, 14.7.4.4). */
  firstParent: number
}

const structureNumbers: ReadonlySet<PDFName> = new Set([PDFName.of('StructParents'), PDFName.of('StructParent')])

/** Copies objects of one PDF into another, with everything they refer to, each once. */
export class ObjectCopier {
  readonly #target: CopyTarget
  readonly #places = new Map<PDFRef, PDFRef>()
  readonly #open = new Set<PDFRef>()

  constructor(target: CopyTarget) {
    this.#target = target
  }

  /** Redirects references to an object of the part to another object. */
  redirect(from: PDFRef, to: PDFRef): void {
    this.#places.set(from, to)
  }

  /** Copies a value with everything it refers to, and translates its references to the new file. */
  copy(object: PDFObject, owner: PDFDict): PDFObject {
    if (object instanceof PDFRef) return this.#place(object, owner)
    if (object instanceof PDFArray) {
      const items = PDFArray.withContext(owner.context)
      for (const item of object.asArray()) items.push(this.copy(item, owner))
      return items
    }
    if (object instanceof PDFDict) return this.copyEntries(object)
    if (object instanceof PDFRawStream) return PDFRawStream.of(this.copyEntries(object.dict), object.contents)
    return object
  }

  /** Copies a dictionary, except for the entries in `without`. */
  copyEntries(dict: PDFDict, without: ReadonlySet<PDFName> = new Set()): PDFDict {
    const entries = dict.entries().filter(([key]) => !without.has(key))
    return PDFDict.fromMapWithContext(
      new Map(entries.map(([key, value]) => [key, this.#copyEntry(key, value, dict)])),
      dict.context,
    )
  }

  /** Writes an object, unless an equal one has been written. */
  writeOnce(object: PDFObject): PDFRef {
    const bytes = bytesOf(object)
    const { writer, written } = this.#target
    const content = createHash('sha256').update(bytes).digest('base64')
    const known = written.get(content)
    if (known) return known
    const number = writer.reserve()
    writer.write(number, bytes)
    written.set(content, PDFRef.of(number))
    return PDFRef.of(number)
  }

  #copyEntry(key: PDFName, value: PDFObject, dict: PDFDict): PDFObject {
    if (structureNumbers.has(key) && value instanceof PDFNumber) return PDFNumber.of(value.asNumber() + this.#target.firstParent)
    return this.copy(value, dict)
  }

  /**
   * Copies the object of a reference. One in a cycle gets its number first and is never shared with an equal
   * one.
   */
  #place(ref: PDFRef, owner: PDFDict): PDFRef {
    const known = this.#places.get(ref)
    if (known) return known
    if (this.#open.has(ref)) {
      const place = PDFRef.of(this.#target.writer.reserve())
      this.#places.set(ref, place)
      return place
    }
    this.#open.add(ref)
    const copy = this.copy(owner.context.lookup(ref) ?? owner.context.obj(null), owner)
    this.#open.delete(ref)
    const reserved = this.#places.get(ref)
    if (reserved) this.#target.writer.write(reserved.objectNumber, bytesOf(copy))
    const place = reserved ?? this.writeOnce(copy)
    this.#places.set(ref, place)
    return place
  }
}

/** Serializes an object. */
export function bytesOf(object: PDFObject): Uint8Array {
  const bytes = new Uint8Array(object.sizeInBytes())
  object.copyBytesInto(bytes, 0)
  return bytes
}
