import * as z from 'zod'
import { makeSigner, regionOf } from './aws-signature.ts'
import { type ExitCode, exitCodes } from './failures.ts'
import { parseOptions } from './options.ts'
import { openProgress, type Progress } from './progress-line.ts'
import { type CommandResult, reportFailure, reportResult } from './report.ts'
import { openService, type Service } from './service.ts'

/** The context of a command: the service, the progress display, and the signal that Ctrl-C aborts. */
export interface Session {
  service: Service
  progress: Progress
  signal: AbortSignal
  /** Formats a command line to paste, for the same service. */
  commandLine(words: readonly string[]): string
}

/** The options that all commands share. */
const sharedOptions = z.object({
  url: z.url({ protocol: /^https?$/, error: 'must be an address like http://localhost:3004' }),
  retryFor: z.coerce.number('must be a number of seconds').min(0, 'must be 0 or more seconds'),
  region: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'must be an AWS region, like eu-west-3')
    .optional(),
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

/** Runs a command, reports its result or failure, and returns the exit status. Never throws. */
export async function runWork<Input extends z.ZodType>(
  work: Work<Input>,
  given: Record<string, unknown>,
  defaultUrl: string,
): Promise<ExitCode> {
  const style = { isJson: given.json === true, isQuiet: given.quiet === true }
  try {
    const shared = parseOptions(sharedOptions, given)
    const input = parseOptions(work.input, given)
    const progress = openProgress(process.stderr, style)
    try {
      const result = await work.run(openSession(shared, progress, defaultUrl), input)
      progress.end()
      reportResult(result, style)
      return result.exitCode
    } finally {
      progress.end()
    }
  } catch (error) {
    return reportFailure(error, style)
  }
}

function openSession(shared: z.output<typeof sharedOptions>, progress: Progress, defaultUrl: string): Session {
  const signal = listenForInterrupts()
  const region = shared.region ?? regionOf(shared.url)
  const sign = region === undefined ? undefined : makeSigner(region)
  const onRetry = logRetries(progress)
  const service = openService(shared.url, { retrySeconds: shared.retryFor, signal, onRetry, sign })
  const elsewhere = [
    ...(shared.url === defaultUrl ? [] : ['--url', shared.url]),
    ...(shared.region === undefined ? [] : ['--region', shared.region]),
  ]
  const commandLine = (words: readonly string[]) => ['npx', 'tickets', ...words, ...elsewhere].map(quote).join(' ')
  return { service, progress, signal, commandLine }
}

/** Logs retries, the same reason at most every ten seconds: eight downloads may fail together. */
function logRetries(progress: Progress): (reason: string, pauseSeconds: number) => void {
  let logged = { reason: '', atMs: Number.NEGATIVE_INFINITY }
  return (reason, pauseSeconds) => {
    const now = performance.now()
    if (reason === logged.reason && now - logged.atMs < secondsBetweenLogs * 1000) return
    logged = { reason, atMs: now }
    progress.log(`Retrying in ${pauseSeconds.toFixed(1)} s: ${reason}`)
  }
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/**
 * Aborts on the first Ctrl-C, and exits on the second, or after two seconds if something ignores the signal.
 */
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
