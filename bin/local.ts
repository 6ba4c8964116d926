import { readEnvironment } from '../functions/runtime/environment.ts'
import packageFile from '../package.json' with { type: 'json' }
import { writeHelpText, writeReadyText } from './local/server-texts.ts'
import { type LocalStack, type StackOptions, startLocalStack } from './local/stack.ts'
import { BadInput, exitCodes, messageOf } from './tickets/failures.ts'
import { readArguments } from './tickets/options.ts'
import { writeText } from './tickets/terminal.ts'

// Ctrl-C arrives twice, from the terminal and through npm: signals within a second count as one.
const repeatedSignalMs = 1000

const settingNames = [
  ...(['PORT', 'HOST', 'METRICS_PORT', 'LOCAL_STATE_DIR', 'DATABASE_URL'] as const),
  ...(['RENDERERS', 'LOCAL_SCHEDULE_SECONDS', 'REQUIRE_AUTH'] as const),
]

// Writing to a closed terminal fails, which must not prevent an orderly stop.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

await main()

async function main(): Promise<void> {
  const values = readOptions()
  if (values.help) return print(writeHelpText())
  if (values.version) return print(packageFile.version)
  await serve()
}

async function serve(): Promise<void> {
  const startedAt = performance.now()
  const started = startUp()
  let stoppedAt: number | undefined
  const stop = (exitCode: number) => {
    if (stoppedAt !== undefined && performance.now() - stoppedAt < repeatedSignalMs) return
    // A second request exits immediately; PostgreSQL's watcher and the environments notice it and end.
    if (stoppedAt !== undefined) process.exit(exitCode)
    stoppedAt = performance.now()
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
    process.exit(error instanceof BadInput ? error.exitCode : 1)
  }
}

async function startUp(): Promise<LocalStack> {
  return await startLocalStack(readSettings())
}

/** Reads the settings from the environment. @throws BadInput that names the wrong ones. */
function readSettings(): StackOptions {
  try {
    const { PORT: port, HOST: host, METRICS_PORT: metricsPort, ...others } = readEnvironment(settingNames)
    const { LOCAL_STATE_DIR: stateFolder, LOCAL_SCHEDULE_SECONDS: scheduleSeconds, RENDERERS: renderers } = others
    const { DATABASE_URL: databaseUrl, REQUIRE_AUTH } = others
    const requireAuth = REQUIRE_AUTH === '1'
    return { port, host, metricsPort, stateFolder, databaseUrl, renderers, scheduleSeconds, requireAuth, log: printError }
  } catch (error) {
    throw new BadInput(messageOf(error), [], { cause: error })
  }
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

function readOptions() {
  try {
    return readArguments({ help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } })
  } catch (error) {
    printError(`${describe(error)} Settings such as PORT are environment variables.`)
    process.exit(exitCodes.badInput)
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
