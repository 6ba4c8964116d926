import { type ChildProcess, fork } from 'node:child_process'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { forwardLines, type MetricsSink } from '../process/metrics-file.ts'
import { endTree, killTree } from '../process/process-tree.ts'
import { type Answer, answer, type Invocation } from './lambda-context.ts'

const startSeconds = 20
// V8 and glibc size their heaps by the machine's memory: 100 MB more for each process, with no gain in speed.
// The maximum heap also decides how much garbage V8 lets accumulate: below 2 GB a renderer holds 80 MB less,
// for 4% of its CPU time.
const smallHeap = { args: ['--max-semi-space-size=8', '--max-old-space-size=1400'], variables: { MALLOC_ARENA_MAX: '2' } }

/** The outcome of an invocation. `payload` is JSON: the result, or if `failed`, Lambda's error. */
export interface Outcome {
  failed: boolean
  payload: string
}

/** How to start an environment: the module of the handler and all of its environment variables. */
export interface EnvironmentSettings {
  modulePath: string
  variables: Record<string, string>
  /** Scheduling niceness, from 0 (normal) to 19 (lowest priority). */
  niceness: number
  /** Receives the metrics that the function writes. */
  metrics: MetricsSink
}

const endTimeoutMs = 3000

/** A warm child process that runs a function's handler, one invocation at a time. */
export interface FunctionEnvironment {
  /** Runs the handler. If its time runs out or the process ends, the outcome is Lambda's error. */
  invoke(invocation: Invocation, event: string): Promise<Outcome>
  /** Checks that it can run another invocation. */
  isAlive(): boolean
  /** Resolves when the process has ended. */
  ended: Promise<void>
}

/**
 * Starts an environment and waits until its module is loaded. When `stopping` aborts, the process is
 * disconnected, and killed with all its children unless it ends within 3 s. It ends by itself when the server
 * is killed.
 * @returns the environment, or the caller's outcome when loading failed or took more than 20 s. Lambda allows
 * 10 s; a laptop that unpacks Chromium may be slower.
 */
export async function startFunctionEnvironment(
  settings: EnvironmentSettings,
  stopping: AbortSignal,
): Promise<FunctionEnvironment | Outcome> {
  const child = fork(join(import.meta.dirname, 'environment-process.ts'), [settings.modulePath], {
    // A session of its own: Ctrl-C in the terminal must not end a render that the server still waits for.
    detached: true,
    execArgv: smallHeap.args,
    env: { ...smallHeap.variables, ...settings.variables },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  if (child.stdout) forwardLines(child.stdout)
  const { pid } = child
  // Threads and children inherit the priority, so it is set before there are any.
  if (pid !== undefined && settings.niceness > 0) setPriority(pid, settings.niceness)
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const end = () => {
    if (pid !== undefined) void endTree(pid, endTimeoutMs)
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
  // Sending fails only when the process has ended, and then "exit" settles the invocation.
  child.send({ ...invocation, event }, () => undefined)
  const result = await answered
  if (result.type === 'ready') throw new Error('The function environment sent "ready" instead of a result.')
  return { failed: result.type === 'error', payload: result.payload }
}

interface Wait {
  requestId: string
  deadline: number
  seconds: number
}

/**
 * Waits for one answer, or for Lambda's error when the process ends or the deadline passes, which kills the
 * process tree.
 */
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
      // Sets `child.killed`, so that the pool does not reuse it before its exit is reported.
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
