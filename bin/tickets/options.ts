import * as z from 'zod'
import { pathId } from '../../functions/contract/schemas/values.ts'
import { BadInput, type Detail } from './failures.ts'

const maxShownCharacters = 80

/**
 * Validates the options of a command.
 * @throws BadInput that says for each invalid option what is allowed and what was given.
 */
export function parseOptions<Schema extends z.ZodType>(schema: Schema, given: Record<string, unknown>): z.output<Schema> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const details = detailsOf(parsed.error).map(({ path, problem }) => ({
    path: displayNameOf(path),
    problem: `${problem}${describeGiven(given[path])}`,
  }))
  const [only, ...others] = details
  if (only && others.length === 0) throw new BadInput(`${only.path} ${only.problem}.`)
  throw new BadInput(`${details.length} options are invalid.`, details)
}

function describeGiven(value: unknown): string {
  if (typeof value !== 'string') return ''
  return `; "${value.slice(0, maxShownCharacters)}${value.length > maxShownCharacters ? '…' : ''}" is not`
}

/** Makes the schema of an option that takes a non-negative integer. */
export function integerOption(min: number, max: number) {
  const rule = `must be an integer from ${min} to ${max.toLocaleString('en')}`
  const isAllowed = (value: number) => value >= min && value <= max
  return z
    .string()
    .regex(/^\d{1,9}$/, rule)
    .transform(Number)
    .refine(isAllowed, rule)
}

/** Describes a field as an option: the placeholder of its value, and its meaning. */
export function option<Schema extends z.ZodType>(schema: Schema, value: string, meaning: string): Schema {
  return schema.meta({ value, meaning })
}

/** Makes the schema of an option without a value. */
export function flag(meaning: string) {
  return z.boolean().default(false).meta({ meaning })
}

/** Makes the schema of an option that names a file or folder. */
export function pathOption(kind: 'file' | 'folder', meaning: string) {
  return option(z.string().min(1, `must name a ${kind}`).optional(), `<${kind}>`, meaning)
}

/** The option that names an event. */
export const eventOption = option(pathId, '<id>', 'id of the event')

/** The option that names a template. */
export const templateOption = option(pathId.optional(), '<id>', 'id of the template (default: 1)')

/** Writes the name of an option as on a command line. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** Positional arguments, by the names of their fields. */
const argumentNames: Record<string, string> = { batchId: 'The batch id', ticketId: 'The ticket id', code: 'The code' }

function displayNameOf(path: string): string {
  return argumentNames[path] ?? flagOf(path)
}

/** Lists the problems that a schema found, with the JSON path of each field. */
export function detailsOf(error: z.ZodError): Detail[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String).join('.')
    if (issue.code !== 'unrecognized_keys') return [{ path, problem: problemOf(issue) }]
    return issue.keys.map((key) => ({
      path: [...issue.path, key].map(String).join('.'),
      problem: 'is not a known field',
    }))
  })
}

const kinds: Record<string, string> = { string: 'text', array: 'a list', object: 'an object', record: 'an object' }

/** A union's own message says nothing; that of its first member does, since cells and options hold text. */
function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union') return issue.errors[0]?.[0]?.message ?? issue.message
  const [, received] = /^Invalid input: expected \w+, received (\w+)$/.exec(issue.message) ?? []
  if (issue.code !== 'invalid_type' || received === undefined) return issue.message
  const kind = kinds[issue.expected] ?? `a ${issue.expected}`
  return received === 'undefined' ? `is missing; it must be ${kind}` : `must be ${kind}`
}
