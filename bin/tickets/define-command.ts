import { Command, Option } from 'commander'
import type * as z from 'zod'
import { variables } from '../../functions/contract/environment.ts'
import { runWork, type Work } from './session.ts'
import { writeText } from './terminal.ts'

/** The help of a command. */
export interface CommandText {
  /** Its name and arguments. */
  usage: string
  description: string
  /** Command lines without "npx tickets". */
  examples: readonly string[]
  /** Remarks, by line. */
  notes?: readonly string[]
}

const defaultUrl = variables.PUBLIC_URL.schema.parse(undefined)

/** The output of commander's messages, escaped because they repeat user input. */
export const printableOutput = {
  writeOut: (text: string) => writeText(process.stdout, text),
  writeErr: (text: string) => writeText(process.stderr, text),
}

/** Makes a command that runs `work`, with the options that all commands share. */
export function defineCommand<Input extends z.ZodType>(
  { usage, description, examples, notes = [] }: CommandText,
  work: Work<Input>,
): Command {
  const command = new Command(usage.split(' ', 1)[0]).description(description).exitOverride().configureOutput(printableOutput)
  for (const name of usage.split(' ').slice(1)) command.argument(name)
  const shown = [
    ...(notes.length > 0 ? ['', ...notes] : []),
    '',
    'Examples:',
    ...examples.map((words) => `  npx tickets ${words}`),
  ]
  return command
    .addOption(new Option('--url <url>', 'address of the service').env('TICKETS_URL').default(defaultUrl))
    .option(
      '--region <region>',
      'sign requests for AWS in this region (default: the region of an execute-api address, else unsigned)',
    )
    .option('--retry-for <seconds>', 'how long to retry when the service is unavailable', '120')
    .addOption(new Option('--patience <seconds>').hideHelp())
    .option('--json', 'write the result as JSON')
    .option('--quiet', 'write nothing unless something fails')
    .addHelpText('after', shown.join('\n'))
    .action(async () => {
      const { patience, retryFor, ...options } = command.opts()
      const names = command.registeredArguments.map((argument, index) => [argument.name(), command.args[index]])
      const given = { ...options, retryFor: patience ?? retryFor, ...Object.fromEntries(names) }
      process.exitCode = await runWork(work, given, defaultUrl)
    })
}
