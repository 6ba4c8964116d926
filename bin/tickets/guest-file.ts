import { pipeline } from 'node:stream/promises'
import { type Info, parse } from 'csv-parse'
import { openCsv } from './csv-text.ts'
import { BadInput, CommandFailure, type Detail, messageOf } from './failures.ts'
import { type Guest, type GuestReader, readColumns } from './guest-columns.ts'

const maxLineCharacters = 131_072
const maxExamples = 5

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
  const csv = await openCsv(path)
  try {
    await pipeline(csv.chunks, parse({ ...parseOptions, delimiter: csv.delimiter }), async (records: AsyncIterable<Parsed>) => {
      for await (const { record, info } of records) list.add(record, csv.linesBefore + info.lines)
    })
  } catch (error) {
    if (error instanceof CommandFailure) throw error
    list.addSyntaxError(error)
  }
  const { guests, problems, notices } = list
  const name = path === '-' ? 'The standard input' : path
  if (problems.length > 0) throw new BadInput(`${name} has ${countLines(problems)}; nothing was sent.`, problems)
  if (guests.length === 0) throw new BadInput(`${name} lists no guest; nothing was sent.`)
  return { guests, notices }
}

interface Parsed {
  record: string[]
  info: Info
}

// The guest reader checks the number of cells: it can continue after a bad line, where the parser would stop.
const parseOptions = {
  info: true,
  record_delimiter: '\n',
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: true,
  max_record_size: maxLineCharacters,
} as const

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

  /** Adds a record that ends on line `lastLine`. */
  add(cells: string[], lastLine: number): void {
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
