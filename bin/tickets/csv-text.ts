import { createReadStream } from 'node:fs'
import { BadInput, messageOf } from './failures.ts'

/** Is the text of a CSV file with every line break turned into "\n", and the delimiter that its first line speaks for. */
export interface CsvText {
  chunks: AsyncIterable<string>
  delimiter: string
  /** Counts the lines before the header: 1 where Excel has written `sep=;` there. */
  linesBefore: number
}

const delimiters = [',', ';', '\t'] as const
const longestHeader = 65_536

/**
 * Opens a CSV file, or the standard input for "-". Excel writes semicolons where the comma is the decimal sign.
 * @throws BadInput when the file cannot be read, or is not UTF-8 (also from `chunks`).
 */
export async function openCsv(path: string): Promise<CsvText> {
  const chunks = unifyLineBreaks(decode(path))
  let start = ''
  while (!start.includes('\n') && start.length < longestHeader) {
    const { value, done } = await chunks.next()
    if (done) break
    start += value
  }
  const announced = /^sep=(.)\n/.exec(start)
  if (announced) start = start.slice(announced[0].length)
  const [header = ''] = start.split('\n', 1)
  return { chunks: chain(start, chunks), delimiter: announced?.[1] ?? detectDelimiter(header), linesBefore: announced ? 1 : 0 }
}

async function* decode(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const bytes of path === '-' ? process.stdin : createReadStream(path)) yield decoder.decode(bytes, { stream: true })
    yield decoder.decode()
  } catch (error) {
    if (error instanceof TypeError)
      throw new BadInput(`${path} is not UTF-8 text: save it as "CSV UTF-8" and try again.`, [], { cause: error })
    throw new BadInput(`${path} cannot be read: ${messageOf(error)}.`, [], { cause: error })
  }
}

/** Holds back a "\r" at a chunk's end until it is known whether "\n" follows. */
async function* unifyLineBreaks(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let held = ''
  for await (const text of texts) {
    const whole = held + text
    held = whole.endsWith('\r') ? '\r' : ''
    yield whole.slice(0, whole.length - held.length).replace(/\r\n?/g, '\n')
  }
  if (held) yield '\n'
}

async function* chain(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield start
  yield* rest
}

function detectDelimiter(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => bare.split(delimiter).length
  return delimiters.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best))
}
