import {
  countGlyphs,
  cutByOffsets,
  type FontTables,
  joinWithOffsets,
  readFontTables,
  tableOf,
  writeFontTables,
} from './font-tables.ts'

/**
 * Joins the slices of a web font (one for each `unicode-range`) into one TrueType font: outlines, widths,
 * character map. Leaves out layout features such as kerning, so it suits only scripts that need none: Han,
 * kana, Hangul.
 * @throws Error when a slice lacks a table, or all together have more than 65,535 glyphs
 */
export function joinFontSlices(fonts: Buffer[]): Buffer {
  const slices = fonts.map(readFontTables)
  const joined: FontTables = new Map()
  for (const tag of ['name', 'post', 'gasp', 'prep', 'OS/2']) {
    const table = slices[0]?.get(tag)
    if (table) joined.set(tag, table)
  }
  const firstGlyphs = numberFirstGlyphs(slices)
  const outlines = joinWithOffsets(slices.flatMap(readOutlines))
  joined.set('glyf', outlines.data)
  joined.set('loca', outlines.offsets)
  const metrics = Buffer.concat(slices.map(readMetrics))
  joined.set('hmtx', metrics)
  joined.set('hhea', patchUint16(slices, 'hhea', 34, metrics.length / 4))
  joined.set('maxp', joinMaxima(slices, metrics.length / 4))
  joined.set('head', joinHeads(slices))
  joined.set('cmap', joinCharacterMaps(slices, firstGlyphs))
  return writeFontTables(joined)
}

/** Computes the first glyph id of each slice in the joined font. */
function numberFirstGlyphs(slices: FontTables[]): number[] {
  let total = 0
  const firsts = slices.map((slice) => {
    const first = total
    total += countGlyphs(slice)
    return first
  })
  if (total > 0xffff) throw new Error(`The slices have ${total} glyphs together; one font holds at most 65535.`)
  return firsts
}

function readOutlines(slice: FontTables): Buffer[] {
  const isLong = tableOf(slice, 'head').readInt16BE(50) === 1
  const outlines = cutByOffsets(tableOf(slice, 'glyf'), tableOf(slice, 'loca'), isLong)
  // A composite refers to glyph ids, which change here. No font that we join has one.
  if (outlines.some((outline) => outline.length > 0 && outline.readInt16BE(0) < 0)) {
    throw new Error('A slice has composite outlines, which cannot be joined.')
  }
  return outlines
}

/**
 * Reads the width and side bearing of every glyph; a font may store one width for all glyphs past
 * `longCount`.
 */
function readMetrics(slice: FontTables): Buffer {
  const stored = tableOf(slice, 'hmtx')
  const longCount = tableOf(slice, 'hhea').readUInt16BE(34)
  const metrics = Buffer.alloc(4 * countGlyphs(slice))
  stored.copy(metrics, 0, 0, 4 * longCount)
  for (let glyph = longCount; glyph < metrics.length / 4; glyph++) {
    stored.copy(metrics, 4 * glyph, 4 * longCount - 4, 4 * longCount - 2)
    stored.copy(metrics, 4 * glyph + 2, 2 * longCount + 2 * glyph, 2 * longCount + 2 * glyph + 2)
  }
  return metrics
}

function patchUint16(slices: FontTables[], tag: string, offset: number, value: number): Buffer {
  const patched = Buffer.from(tableOf(slices[0] ?? new Map(), tag))
  patched.writeUInt16BE(value, offset)
  return patched
}

/**
 * Joins the limits (points, contours, nesting) that readers size their buffers by, as the largest of each.
 */
function joinMaxima(slices: FontTables[], glyphs: number): Buffer {
  const joined = patchUint16(slices, 'maxp', 4, glyphs)
  for (let offset = 6; offset < joined.length; offset += 2) {
    joined.writeUInt16BE(Math.max(...slices.map((slice) => tableOf(slice, 'maxp').readUInt16BE(offset))), offset)
  }
  return joined
}

/** Widens the bounding box to hold those of all slices, and declares long `loca` offsets. */
function joinHeads(slices: FontTables[]): Buffer {
  const joined = patchUint16(slices, 'head', 50, 1)
  const heads = slices.map((slice) => tableOf(slice, 'head'))
  for (const low of [36, 38]) joined.writeInt16BE(Math.min(...heads.map((head) => head.readInt16BE(low))), low)
  for (const high of [40, 42]) joined.writeInt16BE(Math.max(...heads.map((head) => head.readInt16BE(high))), high)
  return joined
}

/** Maps characters to the joined glyphs (cmap format 12); the first slice with a character wins. */
function joinCharacterMaps(slices: FontTables[], firstGlyphs: number[]): Buffer {
  const glyphOf = new Map<number, number>()
  for (const [index, slice] of slices.entries()) {
    for (const [character, glyph] of readCharacterMap(slice)) {
      if (!glyphOf.has(character)) glyphOf.set(character, glyph + (firstGlyphs[index] ?? 0))
    }
  }
  const characters = [...glyphOf].sort(([a], [b]) => a - b)
  const cmap = Buffer.alloc(28 + 12 * characters.length)
  cmap.writeUInt16BE(1, 2)
  cmap.writeUInt16BE(3, 4)
  cmap.writeUInt16BE(10, 6)
  cmap.writeUInt32BE(12, 8)
  cmap.writeUInt16BE(12, 12)
  cmap.writeUInt32BE(cmap.length - 12, 16)
  cmap.writeUInt32BE(characters.length, 24)
  for (const [index, [character, glyph]] of characters.entries()) {
    cmap.writeUInt32BE(character, 28 + 12 * index)
    cmap.writeUInt32BE(character, 32 + 12 * index)
    cmap.writeUInt32BE(glyph, 36 + 12 * index)
  }
  return cmap
}

/** Reads the pairs of character and glyph in a font's format 4 and format 12 maps. */
function readCharacterMap(slice: FontTables): [number, number][] {
  const cmap = tableOf(slice, 'cmap')
  const pairs: [number, number][] = []
  for (let record = 4; record < 4 + 8 * cmap.readUInt16BE(2); record += 8) {
    const subtable = cmap.subarray(cmap.readUInt32BE(record + 4))
    const format = subtable.readUInt16BE(0)
    if (format === 4) pairs.push(...readSegments(subtable))
    if (format === 12) pairs.push(...readGroups(subtable))
  }
  return pairs
}

function readSegments(subtable: Buffer): [number, number][] {
  const bytes = subtable.readUInt16BE(6)
  const pairs: [number, number][] = []
  for (let segment = 14; segment < 14 + bytes; segment += 2) {
    const start = subtable.readUInt16BE(segment + bytes + 2)
    const delta = subtable.readUInt16BE(segment + 2 * bytes + 2)
    const rangeAt = segment + 3 * bytes + 2
    const range = subtable.readUInt16BE(rangeAt)
    for (let character = start; character <= subtable.readUInt16BE(segment) && character !== 0xffff; character++) {
      const stored = range === 0 ? character : subtable.readUInt16BE(rangeAt + range + 2 * (character - start))
      const glyph = (stored + delta) & 0xffff
      if (stored !== 0 && glyph !== 0) pairs.push([character, glyph])
    }
  }
  return pairs
}

function readGroups(subtable: Buffer): [number, number][] {
  const pairs: [number, number][] = []
  for (let group = 16; group < 16 + 12 * subtable.readUInt32BE(12); group += 12) {
    const start = subtable.readUInt32BE(group)
    for (let character = start; character <= subtable.readUInt32BE(group + 4); character++) {
      pairs.push([character, subtable.readUInt32BE(group + 8) + character - start])
    }
  }
  return pairs
}
