import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import type * as z from 'zod'
import { BadInput, messageOf } from './failures.ts'
import { detailsOf } from './schema-details.ts'

const longestShown = 80

/**
 * Parses what was typed for a command.
 * @throws BadInput with one sentence for each option that cannot be used: its name, what is allowed, and what
 * was typed.
 */
export function parseOptions<Schema extends z.ZodType>(schema: Schema, given: Record<string, unknown>): z.output<Schema> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const details = detailsOf(parsed.error).map(({ path, problem }) => ({
    path: optionOf(path),
    problem: `${problem}${describeTyped(given[path])}`,
  }))
  const [only, ...others] = details
  if (only && others.length === 0) throw new BadInput(`${only.path} ${only.problem}.`)
  throw new BadInput(`${details.length} options cannot be used.`, details)
}

function describeTyped(value: unknown): string {
  if (typeof value !== 'string') return ''
  return `; "${value.slice(0, longestShown)}${value.length > longestShown ? '…' : ''}" is not`
}

/**
 * Reads the options of a program that has no commands.
 * @throws BadInput when one is not known, or lacks its value.
 */
export function readArguments(options: ParseArgsOptionsConfig): Record<string, unknown> {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    // Node adds advice on positional arguments, which no program here takes.
    const [sentence = ''] = messageOf(error).split('. To ', 1)
    throw new BadInput(`${sentence.replace(/\.$/, '')}. Try --help.`, [], { cause: error })
  }
}

/** Arguments, which stand in the command line without a name. */
const names: Record<string, string> = { batchId: 'The batch id', code: 'The code' }

function optionOf(path: string): string {
  return names[path] ?? `--${path.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
