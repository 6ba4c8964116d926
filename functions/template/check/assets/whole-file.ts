import { crc32 } from 'node:zlib'
import type { AssetType } from '../../../contract/template-check.ts'

/**
 * Checks that a picture or font is complete by walking its parts in linear time, since truncated and
 * corrupted uploads keep a good header. Only the browser can tell whether the parts decode.
 */
export function isWhole(type: AssetType, content: Buffer): boolean {
  try {
    return walks[type](content)
  } catch (error) {
    // A read past the end of the buffer.
    if (error instanceof RangeError) return false
    throw error
  }
}

const walks: Record<AssetType, (content: Buffer) => boolean> = {
  'image/png': isWholePng,
  'image/jpeg': isWholeJpeg,
  'image/webp': isWholeWebp,
  'image/gif': isWholeGif,
  'image/svg+xml': () => true,
  'font/woff2': (content) => content.readUInt32BE(8) === content.length,
  'font/woff': (content) => content.readUInt32BE(8) === content.length,
  'font/ttf': hasWholeTables,
  'font/otf': hasWholeTables,
}

/** PNG (Third Edition), 5.3: chunks of length, type, data and CRC, the last of them IEND. */
function isWholePng(content: Buffer): boolean {
  for (let at = 8; ; ) {
    const end = at + 8 + content.readUInt32BE(at)
    if (content.readUInt32BE(end) !== crc32(content.subarray(at + 4, end))) return false
    if (content.toString('latin1', at + 4, at + 8) === 'IEND') return true
    at = end + 4
  }
}

/** ITU-T T.81, B.1: segments with lengths up to the scan (SOS), then the end of the image (EOI). */
function isWholeJpeg(content: Buffer): boolean {
  let at = 2
  while (content.readUInt16BE(at) !== 0xffda) {
    if (content.readUInt8(at) !== 0xff) return false
    at += content.readUInt8(at + 1) === 0xff ? 1 : 2 + content.readUInt16BE(at + 2)
  }
  return content.lastIndexOf(Buffer.from([0xff, 0xd9])) > at
}

/** RFC 9649, 2.3: a RIFF file states its length. */
function isWholeWebp(content: Buffer): boolean {
  return content.readUInt32LE(4) + 8 <= content.length
}

/** GIF89a: blocks of sub-blocks, then the trailer. */
function isWholeGif(content: Buffer): boolean {
  const tableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  let at = 13 + tableBytes(content.readUInt8(10))
  for (;;) {
    const kind = content.readUInt8(at)
    if (kind === 0x3b) return true
    if (kind === 0x21) at += 2
    else if (kind === 0x2c) at += 11 + tableBytes(content.readUInt8(at + 9))
    else return false
    for (let length = content.readUInt8(at); ; length = content.readUInt8(at)) {
      at += length + 1
      if (length === 0) break
    }
  }
}

/** OpenType 1.9.1, "Table Directory": the offset and length of each table. */
function hasWholeTables(content: Buffer): boolean {
  const tables = Array.from({ length: content.readUInt16BE(4) }, (_, index) => 12 + 16 * index)
  return tables.every((at) => content.readUInt32BE(at + 8) + content.readUInt32BE(at + 12) <= content.length)
}

/** Checks whether a complete font is variable, that is, has the table `fvar`. */
export function isVariableFont(type: AssetType, content: Buffer): boolean {
  if (type === 'font/woff2') return hasVariations(content)
  if (type === 'font/woff') return tagsOf(content, { count: 12, first: 44, step: 20 }).includes('fvar')
  return type.startsWith('font/') && tagsOf(content, { count: 4, first: 12, step: 16 }).includes('fvar')
}

function tagsOf(content: Buffer, { count, first, step }: { count: number; first: number; step: number }): string[] {
  return Array.from({ length: content.readUInt16BE(count) }, (_, index) =>
    content.toString('latin1', first + step * index, first + step * index + 4),
  )
}

/** WOFF 2.0, 4.1: a table's flags hold the index of its tag; the lengths after them are of variable size. */
function hasVariations(content: Buffer): boolean {
  let at = 48
  for (let left = content.readUInt16BE(12); left > 0; left--) {
    const flags = content.readUInt8(at)
    const tag = flags & 0x3f
    if (tag === fvar || (tag === ownTag && content.toString('latin1', at + 1, at + 5) === 'fvar')) return true
    at = skipLength(content, at + (tag === ownTag ? 5 : 1))
    const isTransformed = tag === glyf || tag === loca ? flags >> 6 !== 3 : flags >> 6 !== 0
    if (isTransformed) at = skipLength(content, at)
  }
  return false
}

const [glyf, loca, fvar, ownTag] = [10, 11, 47, 63]

function skipLength(content: Buffer, from: number): number {
  let at = from
  while (content.readUInt8(at) & 0x80) at++
  return at + 1
}
