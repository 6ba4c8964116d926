import { promisify } from 'node:util'
import { crc32, deflate } from 'node:zlib'

/**
 * Encodes a PNG (Third Edition, section 11) from rows that each begin with their filter type. With a
 * `palette` of RGB triples a pixel is one bit, without one three bytes. `level` is zlib's, from 1, quick, to
 * 9, small.
 */
export async function encodePng(
  { width, height }: { width: number; height: number },
  rows: Uint8Array,
  { palette, level = 6 }: { palette?: Uint8Array; level?: number },
): Promise<Buffer> {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.writeUInt8(palette ? 1 : 8, 8)
  header.writeUInt8(palette ? 3 : 2, 9)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', palette)] : []),
    chunk('IDAT', await promisify<Uint8Array, object, Buffer>(deflate)(rows, { level })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}
