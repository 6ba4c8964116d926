import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { isRunning, listTree } from '../../bin/local/process/process-tree.ts'

const { PATH, HOME, NODE_COMPILE_CACHE } = process.env

/** Is what a server finds in its environment that is started from a shell. */
export const basicEnvironment = { PATH, HOME, ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}) }

const program = join(import.meta.dirname, '../../bin/local.ts')

type Server = ChildProcessByStdio<null, Readable, Readable>

/** Makes an empty folder for a server's state that PostgreSQL's user can reach too. */
export function makeStateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'local-stack-'))
  chmodSync(folder, 0o711)
  return folder
}

/** Is a local server in a process of its own. */
export interface RunningServer {
  url: string
  pid: number
  readyText: string
  /** Lists the server and every process below it. */
  processes(): number[]
  /** Sends the signal and waits until the server has ended; gives its exit code, or null after SIGKILL. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** Starts `bin/local.ts` on a free port, with further variables if given, and waits until it says that it is ready. */
export async function startServer(stateFolder: string, environment: Record<string, string> = {}): Promise<RunningServer> {
  const child = launch({ LOCAL_STATE_DIR: stateFolder, PORT: '0', ...environment })
  const readyText = await readUntilReady(child)
  const pid = child.pid ?? 0
  return {
    url: /ready at (\S+)/.exec(readyText)?.[1] ?? '',
    pid,
    readyText,
    processes: () => listTree(pid),
    end: async (signal) => {
      const exit = once(child, 'exit')
      process.kill(pid, signal)
      const [code] = await exit
      return code
    },
  }
}

/** Runs `bin/local.ts` to its end. */
export async function runServer(environment: Record<string, string>, args: string[] = [], account = {}) {
  const child = launch(environment, args, account)
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { stdout, stderr, code }
}

/** Lists those of the processes that still run. */
export function survivors(pids: number[]): number[] {
  return pids.filter(isRunning)
}

function launch(environment: Record<string, string>, args: string[] = [], account = {}): Server {
  return spawn(process.execPath, [program, ...args], {
    env: { ...basicEnvironment, LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...account,
  })
}

function readUntilReady(child: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const onText = (chunk: Buffer) => {
      output += chunk
      if (output.includes('/docs\n')) resolve(output)
    }
    child.stdout.on('data', onText)
    child.stderr.on('data', onText)
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${output}`)))
  })
}
