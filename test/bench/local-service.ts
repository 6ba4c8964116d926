import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cacheFolder } from '../fixtures/printing.ts'
import { StageTimes } from './stage-times.ts'

const program = join(import.meta.dirname, '../../bin/local.ts')

/** The whole service in processes of its own, with an empty state and a temp folder of its own. */
export interface LocalService {
  url: string
  pid: number
  /** Reads the stages that the renderers have told of from the service's metrics. */
  stages: StageTimes
  /** Lists what lies in the service's temp folder. */
  listTemporaryFiles(): string[]
  /** Stops the service, removes its state, and lists what it left in its temp folder. */
  stop(): Promise<string[]>
}

/**
 * Starts the service as `npm start` does, on a free port, with further variables if given.
 * @throws Error with its output when it ends before it is ready.
 */
export async function startLocalService(more: Record<string, string> = {}): Promise<LocalService> {
  const folder = mkdtempSync(join(tmpdir(), 'ticket-bench-'))
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary)
  chmodSync(folder, 0o711)
  chmodSync(temporary, 0o1777)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const child = spawn(process.execPath, ['--max-semi-space-size=16', program], {
    env: {
      ...{ PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: temporary },
      ...{ PORT: '0', LOCAL_STATE_DIR: join(folder, 'state'), BROWSER_CACHE_DIR: cacheFolder },
      ...more,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await readUntilReady(child).catch((error) => {
    remove()
    throw error
  })
  return {
    url,
    pid: child.pid ?? 0,
    stages: new StageTimes(join(folder, 'state', 'metrics.jsonl')),
    listTemporaryFiles: () => readdirSync(temporary),
    stop: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      const left = readdirSync(temporary)
      remove()
      return left
    },
  }
}

function readUntilReady(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) throw new TypeError('The service has no standard output.')
    child.once('exit', (code) => reject(new Error(`The service ended with ${code} before it was ready.`)))
    createInterface(child.stdout).on('line', (line) => {
      const url = /ready at (\S+)/.exec(line)?.[1]
      if (url) resolve(url.replace('localhost', '127.0.0.1'))
    })
  })
}
