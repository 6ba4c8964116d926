import { Command, CommanderError, Option } from 'commander'
import * as z from 'zod'
import { EnvironmentError } from '../../functions/runtime/environment.ts'
import { CommandFailure, exitCodes, messageOf } from './failures.ts'
import { flagOf, parseOptions } from './options.ts'
import { reportFailure } from './report.ts'
import { writeLines, writeText } from './terminal.ts'

/** The help of a program or command. `usage` is its name and arguments, such as `status <batchId>`. */
export interface CommandText {
  usage: string
  description: string
  examples: readonly string[]
  notes?: readonly string[]
  /** What to do about a command line that cannot be parsed. */
  advice?: string
}

/** The schemas of options and arguments by name. */
export type Fields = Record<string, z.ZodType>

/** The outputs of commander, which escape its messages because they repeat user input. */
export const printableOutput = {
  writeOut: (text: string) => writeText(process.stdout, text),
  writeErr: (text: string) => writeText(process.stderr, text),
}

/** Makes a command with an option for each field that `option` or `flag` describes. */
export function makeCommand({ usage, description, examples, notes = [], advice }: CommandText, fields: Fields): Command {
  const [name, ...names] = usage.split(/ (?=<)/)
  const command = new Command(name).description(description).exitOverride().configureOutput(printableOutput)
  for (const each of names) command.argument(each)
  for (const [field, schema] of Object.entries(fields)) addOption(command, field, schema)
  const remarks = notes.length > 0 ? ['', ...notes] : []
  const shown = [...remarks, '', 'Examples:', ...examples.map((example) => `  ${example}`)]
  return command.addHelpText('after', shown.join('\n')).showHelpAfterError(advice ?? 'Try --help.')
}

const optionText = z.object({ value: z.string().default(''), meaning: z.string(), env: z.string().optional() })

function addOption(command: Command, field: string, schema: z.ZodType): void {
  const { data: text } = optionText.safeParse(schema.meta())
  if (!text) return
  const option = new Option(`${flagOf(field)} ${text.value}`.trim(), text.meaning)
  if (text.env) option.env(text.env)
  command.addOption(option.makeOptionMandatory(!schema.safeParse(undefined).success))
}

/** Runs a program without commands. */
export async function runProgram<Shape extends Fields>(
  { version, ...text }: CommandText & { version?: string },
  fields: Shape,
  run: (input: z.output<z.ZodObject<Shape>>) => undefined | Promise<number | undefined>,
): Promise<void> {
  const command = makeCommand(text, fields)
  if (version) command.version(version, '-v, --version')
  await setExitCode(async () => {
    await command.parseAsync()
    return await run(parseOptions(z.object(fields), command.opts()))
  })
}

/**
 * Runs a program and sets its exit status, without exiting, so that pending output still reaches a pipe. Reports an error it throws:
 * a `CommandFailure` with its details, any other by its message alone.
 */
export async function setExitCode(run: () => Promise<number | undefined>): Promise<void> {
  const exitCode = await run().catch((error: unknown) => {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.badInput
    if (error instanceof CommandFailure) return reportFailure(error)
    writeLines(process.stderr, [messageOf(error)])
    return error instanceof EnvironmentError ? exitCodes.badInput : exitCodes.incomplete
  })
  process.exitCode = exitCode ?? process.exitCode
}
