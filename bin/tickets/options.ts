import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import * as z from 'zod'
import { BadInput, type Detail, messageOf } from './failures.ts'

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

/**
 * Parses the options of a program without commands.
 * @throws BadInput for an unknown option, or one without its value.
 */
export function readArguments(options: ParseArgsOptionsConfig): Record<string, unknown> {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    // Node appends advice on positional arguments, which no program here accepts.
    const [sentence = ''] = messageOf(error).split('. To ', 1)
    throw new BadInput(`${sentence.replace(/\.$/, '')}. Try --help.`, [], { cause: error })
  }
}

/** Positional arguments, by the names of their fields. */
const argumentNames: Record<string, string> = { batchId: 'The batch id', ticketId: 'The ticket id', code: 'The code' }

function displayNameOf(path: string): string {
  return argumentNames[path] ?? `--${path.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
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
