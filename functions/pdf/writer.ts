/** The object numbers that a trailer names. */
export interface Trailer {
  root: number
  info: number
}

const entriesAtOnce = 10_000

/**
 * A PDF writer that keeps only the offset of each object it has written (ISO 32000-1, 7.5). `takeBytes`
 * returns what was written since the last call.
 */
export class PdfWriter {
  readonly #offsets: number[] = [0]
  #pending: Uint8Array[] = []
  /** Latin-1 text not yet encoded: encoding many pieces in one call is quicker. */
  #text = ''
  #length = 0

  constructor() {
    // Four bytes above 127 mark the file as binary (ISO 32000-1, 7.5.2).
    this.#put('%PDF-1.7\n%\xE2\xE3\xCF\xD3\n')
  }

  /** Reserves a number for an object to be written later. */
  reserve(): number {
    return this.#offsets.push(-1) - 1
  }

  /** Writes an object under a reserved number; text is Latin-1. */
  write(number: number, object: string | Uint8Array): void {
    this.#offsets[number] = this.#length
    this.#put(`${number} 0 obj\n`)
    this.#put(object)
    this.#put('\nendobj\n')
  }

  /** Writes a stream, whose dictionary must have its length. */
  writeStream(number: number, dictionary: string, bytes: Uint8Array): void {
    this.#offsets[number] = this.#length
    this.#put(`${number} 0 obj\n${dictionary}\nstream\n`)
    this.#put(bytes)
    this.#put('\nendstream\nendobj\n')
  }

  /**
   * Writes the cross-reference table and the trailer.
   * @throws Error when an object was reserved and never written.
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

  /** Returns the bytes written since the last call. */
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
  if (offset < 0) throw new Error('An object was reserved and never written.')
  const digits = String(offset)
  return `${'0000000000'.slice(digits.length)}${digits} 00000 n \n`
}
