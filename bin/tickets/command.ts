import { Command, Option } from 'commander'
import * as z from 'zod'
import { variables } from '../../functions/contract/environment.ts'
import { routes } from '../../functions/contract/routes/routes.ts'
import { type Core, CoreError, openCore } from '../client/core-client.ts'
import { toFailure } from './client-failures.ts'
import { CommandFailure, type ExitCode, exitCodes, ForeignAnswer, Interrupted, messageOf } from './failures.ts'
import { parseOptions } from './options.ts'
import { openProgress, type Progress } from './progress-line.ts'
import { type CommandResult, reportFailure, reportResult } from './report.ts'
import { writeText } from './terminal.ts'

/** The context of a command: the service, the progress display, and the signal that Ctrl-C aborts. */
export interface Session {
  core: Core
  /** The address of the service. */
  url: string
  progress: Progress
  signal: AbortSignal
  /** What to do next if the command fails from here on, by line. */
  hint?: readonly string[]
  /** What to do if the service refuses the caller. */
  hintIfForbidden?: readonly string[]
  /** Formats a command line to paste, for the same service. */
  commandLine(words: readonly string[]): string
}

/** The options that all commands share. */
const sharedOptions = z.object({
  url: z.url({ protocol: /^https?$/, error: 'must be an address like http://localhost:3004' }),
  retryFor: z.coerce.number('must be a number of seconds').min(0, 'must be 0 or more seconds'),
  region: z.optional(z.string().regex(/^[a-z0-9-]+$/, 'must be an AWS region, like eu-west-3')),
  json: z.boolean().default(false),
  quiet: z.boolean().default(false),
})

/** A command: the schema of its options, and its implementation. */
export interface Work<Input extends z.ZodType> {
  input: Input
  run(session: Session, input: z.output<Input>): Promise<CommandResult>
}

const secondsBetweenLogs = 10
const shutdownMs = 2000

/** The help of a command: its name and arguments, and examples without "npx tickets". */
export interface CommandText {
  usage: string
  description: string
  examples: readonly string[]
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
  const remarks = notes.length > 0 ? ['', ...notes] : []
  const shown = [...remarks, '', 'Examples:', ...examples.map((words) => `  npx tickets ${words}`)]
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
      process.exitCode = await runWork(work, given)
    })
}

/** Runs a command, and reports its result or failure. */
async function runWork<Input extends z.ZodType>(work: Work<Input>, given: Record<string, unknown>): Promise<ExitCode> {
  const style = { isJson: given.json === true, isQuiet: given.quiet === true }
  let session: Session | undefined
  try {
    const shared = parseOptions(sharedOptions, given)
    const input = parseOptions(work.input, given)
    session = openSession(shared, openProgress(process.stderr, style))
    const result = await work.run(session, input)
    session.progress.end()
    reportResult(result, style)
    return result.exitCode
  } catch (thrown) {
    session?.progress.end()
    const error = session?.signal.aborted ? new Interrupted() : toFailure(thrown)
    const hint = thrown instanceof CoreError && thrown.status === 403 ? session?.hintIfForbidden : undefined
    if (error instanceof CommandFailure && session) error.hint ??= hint ?? session.hint
    return reportFailure(error, style)
  }
}

function openSession(shared: z.output<typeof sharedOptions>, progress: Progress): Session {
  const signal = listenForInterrupts()
  const region = shared.region ?? regionOf(shared.url)
  const core = openCore({
    url: shared.url,
    retrySeconds: shared.retryFor,
    signal,
    onRetry: logRetries(progress),
    onData: checkData,
    ...(region === undefined ? {} : { region }),
  })
  const elsewhere = [
    ...(shared.url === defaultUrl ? [] : ['--url', shared.url]),
    ...(shared.region === undefined ? [] : ['--region', shared.region]),
  ]
  const commandLine = (words: readonly string[]) => ['npx', 'tickets', ...words, ...elsewhere].map(quote).join(' ')
  const hint = 'If the service requires signed requests, set the AWS region with --region.'
  return {
    core,
    url: shared.url.replace(/\/+$/, ''),
    progress,
    signal,
    commandLine,
    ...(region === undefined ? { hintIfForbidden: [hint] } : {}),
  }
}

/** Reads the region out of an address of API Gateway; undefined for any other address. */
export function regionOf(url: string): string | undefined {
  return /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(new URL(url).hostname)?.[1]
}

/** Refuses an answer outside the contract, such as that of another version. */
function checkData(operation: string, data: unknown): void {
  const route = Object.entries(routes).find(([name]) => name === operation)?.[1]
  const error = route && 'data' in route.success ? route.success.data.safeParse(data).error : undefined
  const [issue] = error?.issues ?? []
  if (issue) throw new ForeignAnswer(`${operation} answered outside the contract: ${issue.path.join('.')} ${issue.message}`)
}

/** Logs retries, the same reason at most every ten seconds: eight downloads may fail together. */
function logRetries(progress: Progress): (error: CoreError, pauseSeconds: number) => void {
  let logged = { reason: '', atMs: Number.NEGATIVE_INFINITY }
  return (error, pauseSeconds) => {
    const reason = messageOf(toFailure(error))
    const now = performance.now()
    if (reason === logged.reason && now - logged.atMs < secondsBetweenLogs * 1000) return
    logged = { reason, atMs: now }
    progress.log(`Retrying in ${pauseSeconds.toFixed(1)} s: ${reason}`)
  }
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** Aborts on the first Ctrl-C, and exits on the second, or after two seconds if something ignores the signal. */
function listenForInterrupts(): AbortSignal {
  const controller = new AbortController()
  const exit = () => process.exit(exitCodes.interrupted)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (controller.signal.aborted) exit()
      controller.abort()
      setTimeout(exit, shutdownMs).unref()
    })
  return controller.signal
}
