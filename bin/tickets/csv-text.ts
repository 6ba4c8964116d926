import { parse } from 'csv-parse/sync'
import { readText } from './text-file.ts'

/** A CSV file with normalized line breaks ("\n"), and its delimiter. */
export interface CsvText {
  chunks: AsyncIterable<string>
  delimiter: string
  /** The number of lines before the header: 1 if Excel wrote `sep=;` there. */
  linesBefore: number
}

const delimiters = [',', ';', '\t', '|'] as const
const maxHeaderCharacters = 65_536
// When Excel saves such a file again, it quotes the hint and appends delimiters up to the table's width.
const separatorHint = /^"?sep=([^"\n])"?\1*\n/i

/**
 * Opens a CSV file, or the standard input for "-", and detects its delimiter: Excel writes semicolons in
 * locales with a decimal comma.
 * @throws BadInput when the file cannot be read, or is not text (also from `chunks`).
 */
export async function openCsv(path: string): Promise<CsvText> {
  const chunks = normalizeLineBreaks(readText(path))
  let start = ''
  while (!start.includes('\n') && start.length < maxHeaderCharacters) {
    const { value, done } = await chunks.next()
    if (done) break
    start += value
  }
  const hint = separatorHint.exec(start)
  const rest = hint ? start.slice(hint[0].length) : start
  const delimiter = hint?.[1] ?? detectDelimiter(rest)
  return { chunks: chain(rest, chunks), delimiter, linesBefore: hint ? 1 : 0 }
}

/**
 * Normalizes line breaks. Keeps a "\r" at the end of a chunk back, since the next may begin with its "\n".
 */
async function* normalizeLineBreaks(texts: AsyncIterable<string>): AsyncGenerator<string> {
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
 * Finds the delimiter that splits the header into the most columns. Not csv-parse's own `delimiter_auto`
 * (7.0.3): it throws on letters beyond ASCII, takes quotes for text, and splits the lone column `guestId` at
 * its "u".
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
