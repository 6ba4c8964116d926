import type { Command } from 'commander'
import * as z from 'zod'
import { variables } from '../../functions/contract/environment.ts'
import { routes } from '../../functions/contract/routes/routes.ts'
import { type Core, CoreError, openCore } from '../client/core-client.ts'
import { toFailure } from './client-failures.ts'
import { CommandFailure, type ExitCode, exitCodes, ForeignAnswer, Interrupted, messageOf } from './failures.ts'
import { flag, option, parseOptions } from './options.ts'
import { type CommandText, type Fields, makeCommand } from './program.ts'
import { openProgress, type Progress } from './progress-line.ts'
import { type CommandResult, reportFailure, reportResult } from './report.ts'

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

const defaultUrl = variables.PUBLIC_URL.schema.parse(undefined)

/** The options that all commands share. */
const sharedFields = {
  url: z
    .url({ protocol: /^https?$/, error: 'must be an address like http://localhost:3004' })
    .default(defaultUrl)
    .meta({ value: '<url>', meaning: `address of the service (default: ${defaultUrl})`, env: 'TICKETS_URL' }),
  region: option(
    z.optional(z.string().regex(/^[a-z0-9-]+$/, 'must be an AWS region, like eu-west-3')),
    '<region>',
    'sign requests for AWS in this region (default: the region of an execute-api address, else unsigned)',
  ),
  retryFor: option(
    z.coerce.number('must be a number of seconds').min(0, 'must be 0 or more seconds').default(120),
    '<seconds>',
    'how long to retry when the service is unavailable (default: 120)',
  ),
  json: flag('write the result as JSON'),
  quiet: flag('write nothing unless something fails'),
}
const sharedOptions = z.object(sharedFields)

/** What a command does with its options and arguments. */
interface Work<Input> {
  run(session: Session, input: Input): Promise<CommandResult>
}

const secondsBetweenLogs = 10
const shutdownMs = 2000

/** Makes a command of `tickets`, with the options that all commands share. `run` stays callable without a command line. */
export function defineCommand<Shape extends Fields>({
  fields,
  run,
  ...text
}: CommandText & { fields: Shape } & Work<z.output<z.ZodObject<Shape>>>) {
  const examples = text.examples.map((words) => `npx tickets ${words}`)
  const command = makeCommand({ ...text, examples }, { ...fields, ...sharedFields })
  command.action(async () => {
    const names = command.registeredArguments.map((argument, index) => [argument.name(), command.args[index]])
    const given = { ...command.opts(), ...Object.fromEntries(names) }
    process.exitCode = await runWork({ input: z.object(fields), run }, given)
  })
  return Object.assign<Command, Work<z.output<z.ZodObject<Shape>>>>(command, { run })
}

/** Runs a command, and reports its result or failure. */
async function runWork<Input>(
  work: Work<Input> & { input: z.ZodType<Input> },
  given: Record<string, unknown>,
): Promise<ExitCode> {
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
