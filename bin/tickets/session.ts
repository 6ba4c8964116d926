import * as z from 'zod'
import { makeSigner, regionOf } from './aws-signature.ts'
import type { CommandResult } from './batch-summary.ts'
import { BadInput, CommandFailure, type Detail, type ExitCode, exitCodes, messageOf } from './failures.ts'
import { openProgress, type Progress } from './progress-line.ts'
import { detailsOf } from './schema-details.ts'
import { openService, type Service } from './service.ts'

/** Is what a command works with: the service, where to show progress, and the signal of Ctrl-C. */
export interface Session {
  service: Service
  progress: Progress
  signal: AbortSignal
  /** Writes a command line that a person can paste to go on, at the same service. */
  commandLine(words: readonly string[]): string
}

/** Takes the options that every command has. */
const sharedOptions = z.object({
  url: z.url({ protocol: /^https?$/, error: 'must be an address like http://localhost:3004' }),
  patience: z.coerce.number('must be a number of seconds').min(0, 'must not be negative'),
  region: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'must be an AWS region, like eu-west-3')
    .optional(),
  json: z.boolean().default(false),
  quiet: z.boolean().default(false),
})

/** Is what a command does, and the schema of what it takes. */
export interface Work<Input extends z.ZodType> {
  input: Input
  run(session: Session, input: z.output<Input>): Promise<CommandResult>
}

const secondsBetweenNotes = 10
const stopMs = 2000

/** Runs a command to its end, says how it ended, and gives its exit status. Never throws. */
export async function runWork<Input extends z.ZodType>(
  work: Work<Input>,
  given: Record<string, unknown>,
  defaultUrl: string,
): Promise<ExitCode> {
  const isJson = given.json === true
  try {
    const shared = parseOptions(sharedOptions, given)
    const input = parseOptions(work.input, given)
    const progress = openProgress(process.stderr, { isQuiet: shared.quiet })
    try {
      const result = await work.run(openSession(shared, progress, defaultUrl), input)
      progress.end()
      say(result, shared)
      return result.exitCode
    } finally {
      progress.end()
    }
  } catch (error) {
    complain(error, isJson)
    return error instanceof CommandFailure ? error.exitCode : exitCodes.incomplete
  }
}

function parseOptions<Schema extends z.ZodType>(schema: Schema, given: Record<string, unknown>): z.output<Schema> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const details = detailsOf(parsed.error).map((detail) => ({ ...detail, path: optionOf(detail.path) }))
  throw new BadInput('The command cannot be run as it was typed.', details)
}

function openSession(shared: z.output<typeof sharedOptions>, progress: Progress, defaultUrl: string): Session {
  const signal = listenForInterrupts()
  let noted = { reason: '', atMs: Number.NEGATIVE_INFINITY }
  const onWaiting = (reason: string) => {
    const now = performance.now()
    if (reason === noted.reason && now - noted.atMs < secondsBetweenNotes * 1000) return
    noted = { reason, atMs: now }
    progress.note(`Trying again: ${reason}`)
  }
  const region = shared.region ?? regionOf(shared.url)
  const sign = region === undefined ? undefined : makeSigner(region)
  const service = openService(shared.url, { patienceSeconds: shared.patience, signal, onWaiting, sign })
  const elsewhere = [
    ...(shared.url === defaultUrl ? [] : ['--url', shared.url]),
    ...(shared.region === undefined ? [] : ['--region', shared.region]),
  ]
  const commandLine = (words: readonly string[]) => ['npx', 'tickets', ...words, ...elsewhere].map(quote).join(' ')
  return { service, progress, signal, commandLine }
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** The first Ctrl-C ends the command in order, the second at once; so does waiting for something that does not listen. */
function listenForInterrupts(): AbortSignal {
  const controller = new AbortController()
  const leave = () => process.exit(exitCodes.interrupted)
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (controller.signal.aborted) leave()
      controller.abort()
      setTimeout(leave, stopMs).unref()
    })
  return controller.signal
}

function say({ text, data, exitCode }: CommandResult, { json, quiet }: { json: boolean; quiet: boolean }): void {
  if (json) process.stdout.write(`${JSON.stringify(data)}\n`)
  else if (!quiet) process.stdout.write(`${text}\n`)
  else if (exitCode !== exitCodes.done) process.stderr.write(`${text}\n`)
}

const mostDetails = 20

function complain(error: unknown, isJson: boolean): void {
  const { message, code, details, hint } = reportOf(error)
  if (isJson) process.stdout.write(`${JSON.stringify({ error: { code, message, details, hint } })}\n`)
  const more = details.length - mostDetails
  const lines = [
    message,
    ...details.slice(0, mostDetails).map((detail) => `  ${describeDetail(detail)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(hint ? [hint] : []),
  ]
  process.stderr.write(`${lines.join('\n')}\n`)
}

function reportOf(error: unknown): Pick<CommandFailure, 'message' | 'code' | 'details' | 'hint'> {
  if (error instanceof CommandFailure) return error
  return { message: `The command itself failed: ${messageOf(error)}`, code: 'COMMAND_FAILED', details: [], hint: undefined }
}

function describeDetail({ line, path, problem }: Detail): string {
  const place = [line === undefined ? '' : `line ${line}`, path === 'line' ? '' : path].filter(Boolean).join(', ')
  return place ? `${place}: ${problem}` : problem
}

/** Names what is no option: it stands in the command line by itself. */
const names: Record<string, string> = { batchId: 'the batch id', code: 'the code' }

function optionOf(path: string): string {
  return names[path] ?? `--${path.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
