import { type Info, parse } from 'csv-parse/sync'
import { BadInput, type Detail, messageOf } from './failures.ts'
import { type Guest, type GuestReader, readColumns } from './guest-columns.ts'
import { nameInput, readText } from './text-file.ts'

const delimiters = [',', ';', '\t', '|'] as const
const maxHeaderCharacters = 65_536
const maxLineCharacters = 131_072
const maxExamples = 5
// When Excel saves such a file again, it quotes the hint and appends delimiters up to the table's width.
const separatorHint = /^"?sep=([^"\n])"?\1*\n/i
const syntax = { record_delimiter: '\n', relax_quotes: true, skip_empty_lines: true } as const

/** The guests of a file, and notices of ids that lost leading zeros. */
export interface GuestFile {
  guests: Guest[]
  notices: string[]
}

/**
 * Reads the guests of a CSV file, or of the standard input for "-", and validates every line against the
 * contract. Skips lines without a value.
 * @throws BadInput that lists the invalid lines by number.
 */
export async function readGuestFile(path: string): Promise<GuestFile> {
  const list = new GuestList()
  readRecords((await readText(path)).replace(/\r\n?/g, '\n'), list)
  const { guests, problems, notices } = list
  if (problems.length > 0) throw new BadInput(`${nameInput(path)} has ${countLines(problems)}; nothing was sent.`, problems)
  if (guests.length === 0) throw new BadInput(`${nameInput(path)} lists no guest; nothing was sent.`)
  return { guests, notices }
}

/** Parses the text's records. Excel may write `sep=;` before the header. */
function readRecords(text: string, list: GuestList): void {
  const [hint = '', hinted] = separatorHint.exec(text) ?? []
  const table = text.slice(hint.length)
  const options = {
    ...syntax,
    delimiter: hinted ?? detectDelimiter(table.slice(0, maxHeaderCharacters)),
    // The guest reader checks the number of cells: it can continue after a bad line, where the parser would stop.
    relax_column_count: true,
    max_record_size: maxLineCharacters,
    on_record: (cells: string[], { lines }: Info) => list.add(cells, lines + (hint ? 1 : 0)),
  }
  try {
    parse(table, options)
  } catch (error) {
    if (error instanceof BadInput) throw error
    list.addSyntaxError(error)
  }
}

/**
 * Finds the delimiter that splits the header into the most columns: Excel writes semicolons in locales with a
 * decimal comma. Not csv-parse's own `delimiter_auto` (7.0.3): it throws on letters beyond ASCII, takes quotes
 * for text, and splits the lone column `guestId` at its "u".
 */
function detectDelimiter(text: string): string {
  const count = (delimiter: string) => countColumns(text, delimiter)
  return delimiters.reduce((best: string, delimiter) => (count(delimiter) > count(best) ? delimiter : best), ',')
}

function countColumns(text: string, delimiter: string): number {
  try {
    return parse(text, { ...syntax, delimiter, to: 1 })[0]?.length ?? 0
  } catch {
    return 0
  }
}

/** Collects guests and problems line by line. */
class GuestList {
  readonly guests: Guest[] = []
  readonly problems: Detail[] = []
  readonly #lineOfGuest = new Map<number, number>()
  readonly #changedIds: string[] = []
  #read: GuestReader | undefined
  #lastLine = 0

  /** Notices of the ids that lost leading zeros. */
  get notices(): string[] {
    const ids = this.#changedIds
    if (ids.length === 0) return []
    const more = ids.length > maxExamples ? `, and ${(ids.length - maxExamples).toLocaleString('en')} more` : ''
    return [`Guest ids are whole numbers, without leading zeros: ${ids.slice(0, maxExamples).join(', ')}${more}.`]
  }

  /** Adds a record that ends on line `lastLine`. Returns nothing that a parser would keep. */
  add(cells: string[], lastLine: number): undefined {
    const line = lastLine - cells.reduce((breaks, cell) => breaks + cell.split('\n').length - 1, 0)
    this.#lastLine = lastLine
    if (cells.every((cell) => cell.trim() === '')) return
    if (!this.#read) {
      this.#read = readColumns(cells, line)
      return
    }
    const result = this.#read(cells)
    if ('guest' in result) this.guests.push(result.guest)
    else this.problems.push(...result.problems.map((problem) => ({ line, ...problem })))
    this.#checkDuplicate('guest' in result ? result.guest.guestId : result.guestId, line)
    if (result.writtenId.startsWith('0') && 'guest' in result)
      this.#changedIds.push(`${result.writtenId} is ${result.guest.guestId} (line ${line})`)
  }

  /** Records a syntax error after the last record. */
  addSyntaxError(error: unknown): void {
    const open = messageOf(error).startsWith('Quote Not Closed') || messageOf(error).startsWith('Max Record Size')
    const problem = open ? 'opens a quote that is never closed' : messageOf(error)
    this.problems.push({ line: this.#lastLine + 1, path: 'line', problem })
  }

  #checkDuplicate(guestId: unknown, line: number): void {
    if (typeof guestId !== 'number') return
    const first = this.#lineOfGuest.get(guestId)
    if (first === undefined) this.#lineOfGuest.set(guestId, line)
    else this.problems.push({ line, path: 'guestId', problem: `repeats the ${guestId} of line ${first}` })
  }
}

function countLines(problems: readonly Detail[]): string {
  const count = new Set(problems.map(({ line }) => line)).size
  return count === 1 ? '1 bad line' : `${count.toLocaleString('en')} bad lines`
}
