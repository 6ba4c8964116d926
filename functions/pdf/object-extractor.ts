import type { PrintFile, PrintObject } from './print-file.ts'
import { rewriteReferences } from './syntax.ts'
import { PdfWriter } from './writer.ts'

/**
 * Is a file in the making that takes objects of a print as they are written, numbered anew. What is put into it refers to objects of the print
 * by `place`, and to its own by the numbers that `reserve` gave.
 */
export class ObjectExtractor {
  readonly #print: PrintFile
  readonly #writer = new PdfWriter()
  readonly #places = new Map<number, number>()
  readonly #written = new Set<number>()

  constructor(print: PrintFile) {
    this.#print = print
  }

  /** Takes a number for an object that is written later. */
  reserve(): number {
    return this.#writer.reserve()
  }

  /** Tells the number that an object of the print has in this file, and so has it there. */
  place(number: number): number {
    const known = this.#places.get(number)
    if (known !== undefined) return known
    const place = this.#writer.reserve()
    this.#places.set(number, place)
    return place
  }

  /** Writes a value of the print as it stands in this file. */
  translate(value: string): string {
    return rewriteReferences(this.#print.parts(value), (number) => `${this.place(number)} 0 R`)
  }

  /** Writes an object under a number that was reserved. */
  write(number: number, { text, stream }: PrintObject): void {
    if (stream) this.#writer.writeStream(number, text, stream)
    else this.#writer.write(number, text)
  }

  /** Writes an object, and answers its number. */
  add(object: PrintObject): number {
    const number = this.reserve()
    this.write(number, object)
    return number
  }

  /** Writes an object in the place of one of the print's. */
  replace(number: number, object: PrintObject): void {
    this.#written.add(number)
    this.write(this.place(number), object)
  }

  /** Writes every object of the print that what is written refers to, and answers them. */
  complete(): PrintObject[] {
    const objects: PrintObject[] = []
    // What an object refers to is added while it is written, and so comes after it.
    for (const [number, place] of this.#places) {
      if (this.#written.has(number)) continue
      const object = this.#print.object(number)
      objects.push(object)
      this.write(place, { ...object, text: this.translate(object.text) })
    }
    return objects
  }

  /** Ends the file. @throws Error when a number was reserved and no object written under it. */
  end(root: number, info: number): Uint8Array {
    this.#writer.end({ root, info })
    return this.#writer.takeBytes()
  }
}
