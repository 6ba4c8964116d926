import { type ChildProcess, fork } from 'node:child_process'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import type { MetricsSink } from '../process/metrics-file.ts'
import { passOnLines } from '../process/output-lines.ts'
import { endTree, killTree } from '../process/process-tree.ts'
import { type Answer, answer } from './environment-messages.ts'
import type { Invocation } from './lambda-context.ts'

const startSeconds = 20
// On a machine with much memory V8 and glibc take what they can get, in each of the processes: 100 MB more, and no ticket sooner. How far V8 lets
// garbage pile up depends on how large the heap may get: below 2 GB a renderer holds 80 MB less, and collecting it takes 4% of the processor's time.
const smallHeap = { args: ['--max-semi-space-size=8', '--max-old-space-size=1400'], variables: { MALLOC_ARENA_MAX: '2' } }

/** Is how an invocation ended. `payload` is JSON: the handler's result, or with `failed` Lambda's description of the error. */
export interface Outcome {
  failed: boolean
  payload: string
}

/** Describes how to start an environment: the file with the handler and all the environment variables it gets. */
export interface EnvironmentSettings {
  modulePath: string
  variables: Record<string, string>
  /** Is how far it steps back behind others who want the processor: 0 not at all, 19 most. */
  niceness: number
  /** Takes the metrics that it writes. */
  metrics: MetricsSink
}

const endMs = 3000

/** Is one warm child process that runs a function's handler, one invocation at a time. */
export interface FunctionEnvironment {
  /** Runs the handler. Past the deadline, or when the process ends, the outcome is Lambda's error for that. */
  invoke(invocation: Invocation, event: string): Promise<Outcome>
  /** Tells whether it can take another invocation. */
  isAlive(): boolean
  /** Resolves when the process has ended. */
  ended: Promise<void>
}

/**
 * Starts an environment and waits until its module is loaded.
 * `stopping` ends it: it is told to go, and killed with all it started when it has not gone within 3 s.
 * @returns the environment, or the outcome for the caller where loading failed or took more than 20 s. Lambda grants 10 s; a
 * laptop that unpacks Chromium may be slower.
 */
export async function startFunctionEnvironment(
  settings: EnvironmentSettings,
  stopping: AbortSignal,
): Promise<FunctionEnvironment | Outcome> {
  const child = fork(join(import.meta.dirname, 'environment-process.ts'), [settings.modulePath], {
    // A process group of its own: a Ctrl-C in the terminal must not end a render that the server still waits for.
    detached: true,
    execArgv: smallHeap.args,
    env: { ...smallHeap.variables, ...settings.variables },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  if (child.stdout) passOnLines(child.stdout, settings.metrics)
  const { pid } = child
  // Before it has threads and children: they inherit it.
  if (pid !== undefined && settings.niceness > 0) setPriority(pid, settings.niceness)
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const end = () => {
    if (pid !== undefined) void endTree(pid, endMs)
    if (child.connected) child.disconnect()
  }
  stopping.addEventListener('abort', end)
  void ended.then(() => stopping.removeEventListener('abort', end))
  if (stopping.aborted) end()
  const requestId = 'init'
  const first = await nextAnswer(child, { requestId, deadline: Date.now() + startSeconds * 1000, seconds: startSeconds })
  if (first.type === 'ready') return { invoke: (...args) => invoke(child, ...args), isAlive: () => isAlive(child), ended }
  end()
  return { failed: true, payload: first.payload }
}

async function invoke(child: ChildProcess, invocation: Invocation, event: string): Promise<Outcome> {
  const seconds = Math.round((invocation.deadline - Date.now()) / 10) / 100
  const answered = nextAnswer(child, { ...invocation, seconds })
  // A send fails only when the process is gone, and then "exit" is the answer.
  child.send({ ...invocation, event }, () => undefined)
  const result = await answered
  if (result.type === 'ready') throw new Error('The function environment said "ready" in place of a result.')
  return { failed: result.type === 'error', payload: result.payload }
}

interface Wait {
  requestId: string
  deadline: number
  seconds: number
}

/** Waits for one answer, and makes one in Lambda's words where the process ends or the time is over; then all of it is killed. */
function nextAnswer(child: ChildProcess, { requestId, deadline, seconds }: Wait): Promise<Answer> {
  const failure = (errorType: string, text: string): Answer => ({
    type: 'error',
    payload: JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${text}` }),
  })
  return new Promise((resolve) => {
    const settle = (result: Answer) => {
      clearTimeout(timer)
      child.off('message', onMessage).off('exit', onExit).off('error', onError)
      resolve(result)
    }
    const onMessage = (message: unknown) => settle(answer.parse(message))
    const onExit = (status: number | null, signal: string | null) => {
      const how = signal ? `signal: ${signal === 'SIGKILL' ? 'killed' : signal}` : `exit status ${status}`
      settle(failure('Runtime.ExitError', `Runtime exited with error: ${how}`))
    }
    const onError = (error: Error) => settle(failure('Runtime.ExitError', error.message))
    const timer = setTimeout(() => {
      if (child.pid !== undefined && isAlive(child)) killTree(child.pid)
      // Already dying: this marks it as killed, before its exit is noticed.
      child.kill('SIGKILL')
      settle(failure('Sandbox.Timedout', `Task timed out after ${seconds.toFixed(2)} seconds`))
    }, deadline - Date.now())
    child.on('message', onMessage).on('exit', onExit).on('error', onError)
    if (!isAlive(child)) onExit(child.exitCode, child.signalCode)
  })
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && !child.killed && child.exitCode === null && child.signalCode === null && child.connected
}
