/** Says to which object a trailer points, by its number. */
export interface Trailer {
  root: number
  info: number
}

const entriesAtOnce = 10_000

/**
 * Writes a PDF from its begin to its end, object after object, and keeps of each no more than where it stands (ISO 32000-1, 7.5).
 * `takeBytes` gives what was written since the last call.
 */
export class PdfWriter {
  readonly #offsets: number[] = [0]
  #pending: Uint8Array[] = []
  /** Is text that is not yet bytes, one character a byte: to turn many pieces into bytes at once is quicker. */
  #text = ''
  #length = 0

  constructor() {
    // Four bytes above 127 tell whoever moves the file that it is binary.
    this.#put('%PDF-1.7\n%\xE2\xE3\xCF\xD3\n')
  }

  /** Takes the number for an object that is written later. */
  reserve(): number {
    return this.#offsets.push(-1) - 1
  }

  /** Writes an object under a number that was reserved for it; text has one character a byte. */
  write(number: number, object: string | Uint8Array): void {
    this.#offsets[number] = this.#length
    this.#put(`${number} 0 obj\n`)
    this.#put(object)
    this.#put('\nendobj\n')
  }

  /** Writes a stream, whose dictionary says how long it is. */
  writeStream(number: number, dictionary: string, bytes: Uint8Array): void {
    this.#offsets[number] = this.#length
    this.#put(`${number} 0 obj\n${dictionary}\nstream\n`)
    this.#put(bytes)
    this.#put('\nendstream\nendobj\n')
  }

  /**
   * Writes the table of objects and the trailer.
   * @throws Error when an object was reserved and not written.
   */
  end({ root, info }: Trailer): void {
    const start = this.#length
    const count = this.#offsets.length
    this.#put(`xref\n0 ${count}\n0000000000 65535 f \n`)
    for (let from = 1; from < count; from += entriesAtOnce)
      this.#put(
        this.#offsets
          .slice(from, from + entriesAtOnce)
          .map(entryOf)
          .join(''),
      )
    this.#put(`trailer\n<< /Size ${count} /Root ${root} 0 R /Info ${info} 0 R >>\nstartxref\n${start}\n%%EOF\n`)
  }

  /** Gives the bytes that were written since it was last called. */
  takeBytes(): Buffer {
    this.#flush()
    const bytes = Buffer.concat(this.#pending)
    this.#pending = []
    return bytes
  }

  #put(part: string | Uint8Array): void {
    this.#length += part.length
    if (typeof part === 'string') this.#text += part
    else {
      this.#flush()
      this.#pending.push(part)
    }
  }

  #flush(): void {
    this.#pending.push(Buffer.from(this.#text, 'latin1'))
    this.#text = ''
  }
}

function entryOf(offset: number): string {
  if (offset < 0) throw new Error('An object of the combined PDF was reserved and never written.')
  const digits = String(offset)
  return `${'0000000000'.slice(digits.length)}${digits} 00000 n \n`
}
