import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { installPython, type PythonTool, project } from './python-tool.ts'

/** A stand-in for AWS that is a Python program: how to install, start and recognize it. */
export interface StandIn extends PythonTool {
  /** The arguments of Python that start it, and its environment, in which `state` is a folder of its own. */
  start(place: { python: string; state: string; port: string }): { args: string[]; env: Record<string, string> }
  /** Whether it is ready, by what it has written. */
  isReady(place: { state: string; log: string }): boolean
  /** The address at which it answers, and what the journey's process needs to reach it. */
  reach(place: { state: string; port: string }): Record<string, string>
}

const startTimeoutMs = 90_000
const stopTimeoutMs = 10_000

/**
 * Starts a stand-in on a free port with its state in a temporary folder, runs the journey against it, and
 * leaves no process. Its Python environment is kept below node_modules. Sets the exit code.
 */
export async function runJourneyOn(standIn: StandIn): Promise<void> {
  const python = installPython(standIn)
  const state = mkdtempSync(path.join(os.tmpdir(), `${standIn.name}-`))
  const logFile = path.join(state, 'stand-in.log')
  const log = () => readFileSync(logFile, 'utf8')
  let child: ChildProcess | undefined
  let code = 1
  try {
    const port = await findFreePort()
    child = start(standIn.start({ python, state, port }), { python, state, logFile })
    killOnSignal(child, state)
    await waitUntilReady(standIn, child, () => standIn.isReady({ state, log: log() }))
    code = await runJourney(standIn.reach({ state, port }))
  } finally {
    if (child) await stop(child)
    if (code !== 0 && existsSync(logFile)) console.error(`What ${standIn.name} wrote:\n${log()}`)
    // Browsers end a moment after their functions, and write there meanwhile.
    await delay(1_000)
    rmSync(state, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
  process.exitCode = code
}

async function findFreePort(): Promise<string> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No free port was given.')
  return String(address.port)
}

/** Starts it with nothing of this process's environment but the path: functions inherit what it has. */
function start(
  { args, env }: ReturnType<StandIn['start']>,
  { python, state, logFile }: { python: string; state: string; logFile: string },
): ChildProcess {
  const output = openSync(logFile, 'w')
  const common = {
    PATH: `${path.join(project, 'node_modules/.bin')}:${process.env.PATH}`,
    HOME: state,
    PYTHONDONTWRITEBYTECODE: '1',
    TMPDIR: state,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  }
  const stdio = ['ignore', output, output] as const
  const child = spawn(python, args, { cwd: state, env: { ...common, ...env }, stdio: [...stdio], detached: true })
  closeSync(output)
  return child
}

async function waitUntilReady({ name }: StandIn, child: ChildProcess, isReady: () => boolean): Promise<void> {
  const until = Date.now() + startTimeoutMs
  while (!isReady()) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode} while it was starting.`)
    if (Date.now() > until) throw new Error(`${name} was not ready within ${startTimeoutMs / 1000} s.`)
    await delay(100)
  }
}

async function runJourney(env: Record<string, string>): Promise<number> {
  const options = { cwd: project, env: { ...process.env, ...env }, stdio: 'inherit' } as const
  const [ended] = await once(spawn('npm', ['run', 'test:deployed'], options), 'close')
  return ended ?? 1
}

function killOnSignal(child: ChildProcess, state: string): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      killGroup(child)
      rmSync(state, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
      process.exit(1)
    })
}

/** Ends it, and after that whatever of its functions is left in its process group. */
async function stop(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit')
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM')
    await Promise.race([exit, delay(stopTimeoutMs, undefined, { ref: false })])
  }
  killGroup(child)
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nothing of the group is left.
  }
}
