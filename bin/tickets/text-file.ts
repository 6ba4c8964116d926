import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { BadInput, reasonOf } from './failures.ts'

/**
 * Reads a text file, or the standard input for "-", in UTF-8, or in UTF-16 with a byte order mark.
 * @throws BadInput when the file cannot be read, or has another encoding.
 */
export async function readText(path: string): Promise<string> {
  const bytes = await (path === '-' ? buffer(process.stdin) : readFile(path)).catch((cause: unknown) => {
    throw new BadInput(`${nameInput(path)} cannot be read: ${reasonOf(cause)}.`, [], { cause })
  })
  try {
    const text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes)
    if (!text.includes('\0')) return text
    throw new TypeError('UTF-16 without a byte order mark, or binary data.')
  } catch (cause) {
    const message = `${nameInput(path)} is not UTF-8 text: save it as "CSV UTF-8" in Excel, as UTF-8 elsewhere, and try again.`
    throw new BadInput(message, [], { cause })
  }
}

/** Names an input file for messages. */
export function nameInput(path: string): string {
  return path === '-' ? 'The standard input' : path
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
}
