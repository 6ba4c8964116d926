import type { PrintFile, PrintObject } from './print-file.ts'
import { rewriteReferences } from './syntax.ts'
import { PdfWriter } from './writer.ts'

/**
 * A new file made of a print's objects, which keep their text and get new numbers. Refer to objects of the
 * print by `place`, and to new objects by the numbers that `reserve` returns.
 */
export class ObjectExtractor {
  readonly #print: PrintFile
  readonly #writer = new PdfWriter()
  readonly #places = new Map<number, number>()
  readonly #written = new Set<number>()

  constructor(print: PrintFile) {
    this.#print = print
  }

  /** Reserves a number for an object to be written later. */
  reserve(): number {
    return this.#writer.reserve()
  }

  /** Returns the number of a print's object in this file, and schedules the object for `complete`. */
  place(number: number): number {
    const known = this.#places.get(number)
    if (known !== undefined) return known
    const place = this.#writer.reserve()
    this.#places.set(number, place)
    return place
  }

  /** Translates the references of a print's value to this file. */
  translate(value: string): string {
    return rewriteReferences(this.#print.parts(value), (number) => `${this.place(number)} 0 R`)
  }

  /** Writes an object under a reserved number. */
  write(number: number, { text, stream }: PrintObject): void {
    if (stream) this.#writer.writeStream(number, text, stream)
    else this.#writer.write(number, text)
  }

  /** Writes an object and returns its number. */
  add(object: PrintObject): number {
    const number = this.reserve()
    this.write(number, object)
    return number
  }

  /** Writes an object instead of one of the print's. */
  replace(number: number, object: PrintObject): void {
    this.#written.add(number)
    this.write(this.place(number), object)
  }

  /** Writes and returns every object of the print that is referred to and not yet written. */
  complete(): PrintObject[] {
    const objects: PrintObject[] = []
    // The loop also visits the places that `translate` adds while it runs.
    for (const [number, place] of this.#places) {
      if (this.#written.has(number)) continue
      const object = this.#print.object(number)
      objects.push(object)
      this.write(place, { ...object, text: this.translate(object.text) })
    }
    return objects
  }

  /** Ends the file. @throws Error when an object was reserved and never written. */
  end(root: number, info: number): Uint8Array {
    this.#writer.end({ root, info })
    return this.#writer.takeBytes()
  }
}
