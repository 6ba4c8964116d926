/** The tables of a TrueType font by tag (OpenType 1.9, "Organization of an OpenType font"). */
export type FontTables = Map<string, Buffer>

/** Reads the tables of a TrueType font; they share its memory. */
export function readFontTables(font: Buffer): FontTables {
  const tables: FontTables = new Map()
  const end = 12 + 16 * font.readUInt16BE(4)
  for (let entry = 12; entry < end; entry += 16) {
    const offset = font.readUInt32BE(entry + 8)
    tables.set(font.toString('latin1', entry, entry + 4), font.subarray(offset, offset + font.readUInt32BE(entry + 12)))
  }
  return tables
}

/** Writes tables as a TrueType font. Checksums stay 0: neither FreeType nor HarfBuzz reads them. */
export function writeFontTables(tables: FontTables): Buffer {
  const sorted = [...tables].sort(([a], [b]) => (a < b ? -1 : 1))
  const directory = Buffer.alloc(12 + 16 * sorted.length)
  directory.writeUInt32BE(0x00010000, 0)
  directory.writeUInt16BE(sorted.length, 4)
  const parts: Uint8Array[] = [directory]
  let offset = directory.length
  for (const [index, [tag, table]] of sorted.entries()) {
    const entry = 12 + 16 * index
    directory.write(tag, entry, 'latin1')
    directory.writeUInt32BE(offset, entry + 8)
    directory.writeUInt32BE(table.length, entry + 12)
    const padded = padTo4(table)
    parts.push(padded)
    offset += padded.length
  }
  return Buffer.concat(parts)
}

/** Returns a table. @throws Error when the font lacks it. */
export function tableOf(tables: FontTables, tag: string): Buffer {
  const table = tables.get(tag)
  if (!table) throw new Error(`The font has no ${tag} table.`)
  return table
}

/** Counts the glyphs of a font. */
export function countGlyphs(tables: FontTables): number {
  return tableOf(tables, 'maxp').readUInt16BE(4)
}

/** Splits `data` into one part per glyph by an offset table such as `loca`; short offsets count in words. */
export function cutByOffsets(data: Buffer, offsets: Buffer, isLong: boolean): Buffer[] {
  const read = (index: number) => (isLong ? offsets.readUInt32BE(index * 4) : offsets.readUInt16BE(index * 2) * 2)
  return Array.from({ length: offsets.length / (isLong ? 4 : 2) - 1 }, (_, index) => data.subarray(read(index), read(index + 1)))
}

/** Joins parts, each padded to 4 bytes, and writes their long offset table (one entry more than parts). */
export function joinWithOffsets(parts: Buffer[]): { data: Buffer; offsets: Buffer } {
  const padded = parts.map(padTo4)
  const offsets = Buffer.alloc(4 * (parts.length + 1))
  let offset = 0
  for (const [index, part] of padded.entries()) {
    offset += part.length
    offsets.writeUInt32BE(offset, 4 * (index + 1))
  }
  return { data: Buffer.concat(padded), offsets }
}

function padTo4(bytes: Uint8Array): Uint8Array {
  return bytes.length % 4 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(4 - (bytes.length % 4))])
}
