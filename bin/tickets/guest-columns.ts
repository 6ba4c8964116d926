import type * as z from 'zod'
import { guest } from '../../functions/contract/schemas/guests.ts'
import { freeData } from '../../functions/contract/schemas/values.ts'
import { BadInput, type Detail } from './failures.ts'
import { detailsOf } from './options.ts'

/** A guest as the service registers it. */
export type Guest = z.output<typeof guest>

/** A line of a guest file: its guest, or its problems. `writtenId` is the id as the file spells it. */
export type GuestLine = { writtenId: string } & ({ guest: Guest } | { problems: Detail[]; guestId?: unknown })

/** A function that parses the cells of a line into a guest. */
export type GuestReader = (cells: readonly string[]) => GuestLine

const requiredNames = ['guestId', 'firstName', 'lastName'] as const
const optionalNames = ['email', 'ticketType', 'locale'] as const
const knownNames = new Map([...requiredNames, ...optionalNames].map((name) => [normalizeName(name), name] as const))

/**
 * Parses the header of a guest file. The six known columns match in any case and with spaces, `_` or `-`
 * between words; every other column goes to the guest's `data` under its own name.
 * @throws BadInput that lists every invalid column.
 */
export function readColumns(header: readonly string[], line: number): GuestReader {
  const columns = header.map((cell) => knownNames.get(normalizeName(cell)) ?? cell.trim())
  const problems = [...missingColumns(columns), ...columns.flatMap((name, index) => problemsOfColumn(columns, name, index))]
  if (problems.length > 0) {
    const message = `The first line must name the columns: ${requiredNames.join(', ')}; ${optionalNames.join(', ')} and others are optional.`
    throw new BadInput(
      message,
      problems.map((problem) => ({ line, ...problem })),
    )
  }
  const lastRequired = Math.max(...requiredNames.map((name) => columns.indexOf(name)))
  return (cells) => {
    const problem = problemOfWidth(cells, columns, lastRequired)
    return problem ? { writtenId: '', problems: [{ path: 'line', problem }] } : readGuest(columns, cells)
  }
}

function missingColumns(columns: readonly string[]): Detail[] {
  return requiredNames
    .filter((name) => !columns.includes(name))
    .map((path) => ({ path, problem: `is missing; the line names ${columns.map((name) => name || '(nothing)').join(', ')}` }))
}

function problemsOfColumn(columns: readonly string[], name: string, index: number): Detail[] {
  if (name === '') return []
  if (columns.indexOf(name) < index) return [{ path: name, problem: 'is named twice' }]
  if (knownNames.has(normalizeName(name))) return []
  // The schema drops keys such as __proto__, which could pollute the prototype.
  const { data } = freeData.safeParse({ [name]: '' })
  if (data && Object.hasOwn(data, name)) return []
  return [{ path: name.slice(0, 64), problem: 'must have at most 64 characters and not be a name such as __proto__' }]
}

/** Checks the number of cells. Old versions of Excel omit trailing empty cells, so those may be missing. */
function problemOfWidth(cells: readonly string[], columns: readonly string[], lastRequired: number): string | undefined {
  const counts = `has ${cells.length} cells, and the first line names ${columns.length} columns`
  if (cells.slice(columns.length).some((cell) => cell.trim() !== '')) return `${counts}: quote a cell that holds the separator`
  if (cells.length <= lastRequired) return counts
  if (columns.some((name, index) => name === '' && cells[index]?.trim())) return 'has a value in a column without a name'
  return undefined
}

function readGuest(columns: readonly string[], cells: readonly string[]): GuestLine {
  const person: Record<string, unknown> = {}
  const data: Record<string, string> = {}
  for (const [index, name] of columns.entries()) {
    const cell = cells[index]?.trim() ?? ''
    if (name === 'guestId') person[name] = /^[0-9]+$/.test(cell) ? Number(cell) : cell
    else if (name === 'firstName' || name === 'lastName') person[name] = cell
    else if (cell === '') continue
    else if (knownNames.has(normalizeName(name))) person[name] = cell
    else data[name] = cell
  }
  const parsed = guest.safeParse(Object.keys(data).length > 0 ? { ...person, data } : person)
  const writtenId = cells[columns.indexOf('guestId')]?.trim() ?? ''
  if (!parsed.success) return { writtenId, problems: detailsOf(parsed.error), guestId: person.guestId }
  return { writtenId, guest: parsed.data }
}

function normalizeName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '')
}
