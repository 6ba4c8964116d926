import { deflateSync, inflateSync } from 'node:zlib'
import { readEntries } from './syntax.ts'

/** An object as Latin-1 text; of a stream, `text` is its dictionary. */
export interface PrintObject {
  text: string
  stream?: Uint8Array
}

/** Reads the content of a stream, compressed or not, as Latin-1 text; empty for any other object. */
export function readContent({ text, stream }: PrintObject): string {
  if (!stream) return ''
  return readEntries(text).has('/Filter') ? inflateContent(stream) : Buffer.from(stream).toString('latin1')
}

/** Decompresses a stream whose only filter is `FlateDecode` into Latin-1 text, a character per byte. */
export function inflateContent(bytes: Uint8Array): string {
  return inflateSync(bytes, { chunkSize: 65_536 }).toString('latin1')
}

/** Compresses Latin-1 text for the filter `FlateDecode`. */
export function deflateContent(text: string, level: number = compressions.quick): Uint8Array {
  return deflateSync(Buffer.from(text, 'latin1'), { level })
}

/** Levels of compression: `quick` takes a third of the time of `small` and produces a fifth more bytes. */
export const compressions = { quick: 1, small: 6 }

/** Makes an object of a compressed stream and a dictionary, to which its filter and length are added. */
export function asStream(dictionary: string, stream: Uint8Array): PrintObject {
  return { text: `${dictionary.slice(0, -'>>'.length)} /Filter /FlateDecode /Length ${stream.length}>>`, stream }
}
