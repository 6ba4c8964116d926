import { createReadStream } from 'node:fs'
import { BadInput, reasonOf } from './failures.ts'

/**
 * Reads a text file in chunks, or the standard input for "-". The encoding is UTF-8, or UTF-16 with a byte
 * order mark.
 * @throws BadInput when the file cannot be read, or has another encoding.
 */
export async function* readText(path: string): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined
  try {
    for await (const bytes of openBytes(path)) {
      decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true })
      const text = decoder.decode(bytes, { stream: true })
      // UTF-16 without a byte order mark, or binary data.
      if (text.includes('\0')) throw new NotText()
      yield text
    }
    if (decoder) yield decoder.decode()
  } catch (error) {
    const name = path === '-' ? 'The standard input' : path
    if (!(error instanceof NotText || isDecodingError(error)))
      throw new BadInput(`${name} cannot be read: ${reasonOf(error)}.`, [], { cause: error })
    const message = `${name} is not UTF-8 text: save it as "CSV UTF-8" in Excel, as UTF-8 elsewhere, and try again.`
    throw new BadInput(message, [], { cause: error })
  }
}

class NotText extends Error {}

async function* openBytes(path: string): AsyncGenerator<Buffer> {
  let start: Buffer = Buffer.alloc(0)
  let isStarted = false
  for await (const bytes of path === '-' ? process.stdin : createReadStream(path)) {
    // A pipe may split the byte order mark.
    start = isStarted ? bytes : Buffer.concat([start, bytes])
    isStarted ||= start.length >= 2
    if (isStarted) yield start
  }
  if (!isStarted && start.length > 0) yield start
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
}

function isDecodingError(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
}
