import { parse } from 'csv-parse/sync'
import { readText } from './text-file.ts'

/** A CSV file with every line break turned into "\n", and the delimiter of its first line. */
export interface CsvText {
  chunks: AsyncIterable<string>
  delimiter: string
  /** The number of lines before the header: 1 where Excel has written `sep=;` there. */
  linesBefore: number
}

const delimiters = [',', ';', '\t', '|'] as const
const longestHeader = 65_536
// Excel itself quotes its hint when it saves the file again, and adds delimiters up to the table's width.
const hint = /^"?sep=([^"\n])"?\1*\n/i

/**
 * Opens a CSV file, or the standard input for "-". Excel writes semicolons where the comma is the decimal
 * sign.
 * @throws BadInput when the file cannot be read, or is not text (also from `chunks`).
 */
export async function openCsv(path: string): Promise<CsvText> {
  const chunks = unifyLineBreaks(readText(path))
  let start = ''
  while (!start.includes('\n') && start.length < longestHeader) {
    const { value, done } = await chunks.next()
    if (done) break
    start += value
  }
  const announced = hint.exec(start)
  const rest = announced ? start.slice(announced[0].length) : start
  const delimiter = announced?.[1] ?? detectDelimiter(rest)
  return { chunks: chain(rest, chunks), delimiter, linesBefore: announced ? 1 : 0 }
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

/**
 * csv-parse's `delimiter_auto` throws at the first letter beyond ASCII, so its parser is asked how each
 * delimiter divides the header.
 */
function detectDelimiter(text: string): string {
  const count = (delimiter: string) => countColumns(text, delimiter)
  return delimiters.reduce((best: string, delimiter) => (count(delimiter) > count(best) ? delimiter : best), ',')
}

function countColumns(text: string, delimiter: string): number {
  try {
    const [header] = parse(text, { delimiter, to: 1, record_delimiter: '\n', relax_quotes: true, skip_empty_lines: true })
    return header?.length ?? 0
  } catch {
    return 0
  }
}
