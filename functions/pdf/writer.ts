import { deflateSync } from 'node:zlib'
import { asStream, compressions, deflateContent, type PrintObject } from './content-stream.ts'
import { writeDate, writeText } from './syntax.ts'

/** A file's title and time. */
export interface FileInfo {
  title: string
  createdAt: Date
}

/**
 * A PDF writer that keeps only the place of each object it has written (ISO 32000-1, 7.5). `takeBytes` returns
 * what was written since the last call.
 */
export class PdfWriter {
  /** The offset of each object; `CompactWriter` adds negative ones. */
  protected readonly places: number[] = [0]
  protected length = 0
  #pending: Uint8Array[] = []
  /** Latin-1 text not yet encoded: encoding many pieces in one call is quicker. */
  #text = ''

  constructor() {
    // Four bytes above 127 mark the file as binary (ISO 32000-1, 7.5.2).
    this.#put('%PDF-1.7\n%\xE2\xE3\xCF\xD3\n')
  }

  /** Reserves a number for an object to be written later. */
  reserve(): number {
    return this.places.push(unwritten) - 1
  }

  /** Writes an object under a reserved number. The dictionary of a stream must have its length. */
  write(number: number, { text, stream }: PrintObject): void {
    this.places[number] = this.length
    this.#put(`${number} 0 obj\n${text}`)
    if (stream) {
      this.#put('\nstream\n')
      this.#put(stream)
      this.#put('\nendstream')
    }
    this.#put('\nendobj\n')
  }

  /** Writes an object and returns its number. */
  add(object: PrintObject): number {
    const number = this.reserve()
    this.write(number, object)
    return number
  }

  /**
   * Writes the information dictionary, the cross-reference table and the trailer.
   * @throws Error when an object was reserved and never written.
   */
  end(root: number, info?: FileInfo): void {
    const about = info ? ` /Info ${this.add({ text: writeInfo(info) })} 0 R` : ''
    const start = this.writeTable(`/Root ${root} 0 R${about}`)
    this.#put(`startxref\n${start}\n%%EOF\n`)
  }

  /** Returns the bytes written since the last call. */
  takeBytes(): Buffer {
    this.#flush()
    const bytes = Buffer.concat(this.#pending)
    this.#pending = []
    return bytes
  }

  /** Writes the table of all objects, with the trailer's entries, and returns its offset. */
  protected writeTable(trailer: string): number {
    const start = this.length
    const entries = this.places.slice(1).map((place) => `${String(checkWritten(place)).padStart(10, '0')} 00000 n \n`)
    const size = this.places.length
    this.#put(`xref\n0 ${size}\n0000000000 65535 f \n${entries.join('')}trailer\n<</Size ${size} ${trailer}>>\n`)
    return start
  }

  #put(part: string | Uint8Array): void {
    this.length += part.length
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

/**
 * A writer that packs objects into compressed object streams (ISO 32000-1, 7.5.7), where the structure of many
 * tickets takes a tenth of the bytes. Streams are written as they are.
 */
export class CompactWriter extends PdfWriter {
  #packed: { number: number; text: string }[] = []
  #pack = this.reserve()

  override write(number: number, object: PrintObject): void {
    if (object.stream) super.write(number, object)
    else {
      this.places[number] = -(this.#pack * packSize + this.#packed.length)
      this.#packed.push({ number, text: object.text })
    }
    if (this.#packed.length < packSize) return
    this.#writePack()
    this.#pack = this.reserve()
  }

  protected override writeTable(trailer: string): number {
    this.#writePack()
    const [number, start] = [this.reserve(), this.length]
    this.places[number] = start
    const rows = deflateSync(this.#writeRows())
    super.write(number, asStream(`<</Type /XRef /W [1 5 2] /Size ${this.places.length} ${trailer}>>`, rows))
    return start
  }

  #writePack(): void {
    let [index, content] = ['', '']
    for (const { number, text } of this.#packed) {
      index += `${number} ${content.length} `
      content += `${text}\n`
    }
    const dictionary = `<</Type /ObjStm /N ${this.#packed.length} /First ${index.length}>>`
    super.write(this.#pack, asStream(dictionary, deflateContent(index + content, compressions.small)))
    this.#packed = []
  }

  /** Writes a row for each object (ISO 32000-1, 7.5.8.3): 1 and its offset, or 2, its object stream and its index there. */
  #writeRows(): Buffer {
    const rows = Buffer.alloc(this.places.length * rowLength)
    for (let number = 1; number < this.places.length; number++) {
      const place = checkWritten(this.places[number] ?? unwritten)
      const start = number * rowLength
      rows.writeUInt8(place < 0 ? 2 : 1, start)
      rows.writeUIntBE(place < 0 ? Math.floor(-place / packSize) : place, start + 1, 5)
      rows.writeUInt16BE(place < 0 ? -place % packSize : 0, start + 6)
    }
    return rows
  }
}

const producer = 'Ticket Generator Service'
const unwritten = Number.NEGATIVE_INFINITY
/** The objects of an object stream. */
const packSize = 256
const rowLength = 8

function writeInfo({ title, createdAt }: FileInfo): string {
  const [made, date] = [writeText(producer), writeDate(createdAt)]
  return `<</Title ${writeText(title)} /Producer ${made} /Creator ${made} /CreationDate ${date} /ModDate ${date}>>`
}

function checkWritten(place: number): number {
  if (place === unwritten) throw new Error('An object was reserved and never written.')
  return place
}
