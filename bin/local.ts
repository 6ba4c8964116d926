import packageFile from '../package.json' with { type: 'json' }
import { StartFailure } from './local/process/start-failure.ts'
import { openSteps } from './local/process/start-steps.ts'
import { describeSettings, writeReadyText } from './local/server-texts.ts'
import { readSettings } from './local/settings.ts'
import type { LocalStack } from './local/stack.ts'
import { BadInput, exitCodes } from './tickets/failures.ts'
import { runProgram } from './tickets/program.ts'
import { writeText } from './tickets/terminal.ts'

// Ctrl-C arrives twice, from the terminal and through npm: signals within a second count as one.
const repeatedSignalMs = 1000

// Writing to a closed terminal fails, which must not prevent an orderly stop.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

await runProgram(
  {
    usage: 'npm start',
    description:
      'Starts the whole service on this machine: PostgreSQL, S3, SQS, SNS, Lambda and API Gateway. Nothing but Node is needed. ' +
      'Ctrl-C stops everything; the data stays in the state folder for the next start.',
    notes: ['Environment variables:', ...describeSettings()],
    examples: ['npm start', 'PORT=8080 npm start'],
    advice: 'Settings such as PORT are environment variables. Try --help.',
    version: packageFile.version,
  },
  {},
  serve,
)

async function serve(): Promise<undefined> {
  const startedAt = performance.now()
  const started = startUp()
  let stoppedAt: number | undefined
  const stop = (exitCode: number) => {
    if (stoppedAt !== undefined && performance.now() - stoppedAt < repeatedSignalMs) return
    // A second request exits immediately; PostgreSQL's watcher and the environments notice it and end.
    if (stoppedAt !== undefined) process.exit(exitCode)
    stoppedAt = performance.now()
    printError('Stopping…')
    void stopAndExit(started, exitCode)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(0))
  const crash = (error: unknown) => {
    printError(`The server crashed: ${describe(error)}`)
    stop(1)
  }
  process.on('uncaughtException', crash)
  try {
    const stack = await started
    if (stoppedAt === undefined) print(writeReadyText(stack, (performance.now() - startedAt) / 1000))
  } catch (error) {
    printError(describe(error))
    process.exit(error instanceof BadInput || error instanceof StartFailure ? exitCodes.badInput : exitCodes.incomplete)
  }
}

async function startUp(): Promise<LocalStack> {
  const options = { ...readSettings(), runStep: openSteps(process.stderr), log: printError }
  // The logger reads LOG_LEVEL when it is loaded, so it is loaded once the level is known to be valid.
  const { startLocalStack } = await import('./local/stack.ts')
  return await startLocalStack(options)
}

async function stopAndExit(started: Promise<LocalStack>, exitCode: number): Promise<void> {
  try {
    const stack = await started
    await stack.stop()
    process.exit(exitCode)
  } catch (error) {
    printError(describe(error))
    process.exit(1)
  }
}

/** Describes an error, with its stack if LOG_LEVEL is debug or trace. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isDebugging = ['debug', 'trace'].includes(process.env.LOG_LEVEL ?? '')
  return isDebugging && error.stack ? error.stack : error.message
}

function print(text: string): void {
  writeText(process.stdout, `${text}\n`)
}

function printError(text: string): void {
  writeText(process.stderr, `${text}\n`)
}
