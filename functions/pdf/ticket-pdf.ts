import { PDFArray, type PDFContext, PDFDict, PDFName, type PDFObject, PDFRawStream, PDFRef } from '@cantoo/pdf-lib'
import { PdfWriter } from './pdf-writer.ts'

/**
 * Is a file in the making that takes the objects of a print as they are, without a copy of them: what the file has of its own, or in a form of its
 * own, stands before the print's. Its references are the print's; `write` numbers what is in the file anew.
 */
export class TicketPdf {
  readonly context: PDFContext
  readonly #own = new Map<PDFRef, PDFObject>()
  #lastNumber: number

  constructor(print: PDFContext) {
    this.context = print
    this.#lastNumber = print.largestObjectNumber
  }

  /** Gives a reference for an object that is assigned later. */
  nextRef(): PDFRef {
    return PDFRef.of(++this.#lastNumber)
  }

  /** Puts an object into the file, or in the place of one of the print's. */
  assign(ref: PDFRef, object: PDFObject): void {
    this.#own.set(ref, object)
  }

  /** Puts an object into the file, and answers how to refer to it. */
  add(object: PDFObject): PDFRef {
    const ref = this.nextRef()
    this.assign(ref, object)
    return ref
  }

  /** Finds what a reference leads to in this file. */
  lookup(ref: PDFRef): PDFObject | undefined {
    return this.#own.get(ref) ?? this.context.lookup(ref)
  }

  /** Gives the dictionary of an object, or of a stream, in a form that is this file's own and may be changed. */
  own(ref: PDFRef): PDFDict | undefined {
    const object = this.lookup(ref)
    const dictionary = object instanceof PDFRawStream ? object.dict : object
    if (!(dictionary instanceof PDFDict) || this.#own.has(ref)) return dictionary instanceof PDFDict ? dictionary : undefined
    const copy = PDFDict.fromMapWithContext(new Map(dictionary.entries()), this.context)
    this.assign(ref, object instanceof PDFRawStream ? PDFRawStream.of(copy, object.contents) : copy)
    return copy
  }

  /** Tells whether something that `root` leads to, over however many references, is as `isWanted` says. */
  reaches(root: PDFRef, isWanted: (object: PDFObject) => boolean): boolean {
    const seen = new Set([root])
    for (const ref of seen) {
      const object = this.lookup(ref)
      if (object && isWanted(object)) return true
      for (const next of referencesOf(object)) seen.add(next)
    }
    return false
  }

  /** Writes all that `root` and `info` lead to. */
  write(root: PDFRef, info: PDFRef): Uint8Array {
    const writer = new PdfWriter()
    const numbers = new Map<PDFRef, number>()
    const numberOf = (ref: PDFRef): number => {
      const known = numbers.get(ref)
      if (known !== undefined) return known
      const number = writer.reserve()
      numbers.set(ref, number)
      return number
    }
    const trailer = { root: numberOf(root), info: numberOf(info) }
    // What an object refers to is added while it is written, and so comes after it.
    for (const [ref, number] of numbers) writer.write(number, bytesOf(this.lookup(ref), numberOf))
    writer.end(trailer)
    return writer.takeBytes()
  }
}

type Numbering = (ref: PDFRef) => number

const length = PDFName.of('Length')

function bytesOf(object: PDFObject | undefined, numberOf: Numbering): Uint8Array {
  if (!(object instanceof PDFRawStream)) return Buffer.from(object ? textOf(object, numberOf) : 'null', 'latin1')
  const { dict, contents } = object
  const entries = entriesOf(dict, numberOf, length)
  const head = `<<${entries} /Length ${contents.length}>>\nstream\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), contents, Buffer.from('\nendstream')])
}

function textOf(object: PDFObject, numberOf: Numbering): string {
  if (object instanceof PDFRef) return `${numberOf(object)} 0 R`
  if (object instanceof PDFDict) return `<<${entriesOf(object, numberOf)}>>`
  if (object instanceof PDFArray)
    return `[${object
      .asArray()
      .map((item) => textOf(item, numberOf))
      .join(' ')}]`
  return object.toString()
}

function entriesOf(dictionary: PDFDict, numberOf: Numbering, without?: PDFName): string {
  let entries = ''
  for (const [key, value] of dictionary.entries())
    if (key !== without) entries += `${key.toString()} ${textOf(value, numberOf)}\n`
  return entries.trimEnd()
}

function referencesOf(object: PDFObject | undefined): PDFRef[] {
  if (object instanceof PDFRef) return [object]
  if (object instanceof PDFArray) return object.asArray().flatMap(referencesOf)
  if (object instanceof PDFRawStream) return referencesOf(object.dict)
  return object instanceof PDFDict ? object.values().flatMap(referencesOf) : []
}
