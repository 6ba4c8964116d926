import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { routes } from '../../functions/contract/routes/routes.ts'
import { health } from '../../functions/contract/schemas/answers.ts'
import { Interrupted } from '../tickets/failures.ts'

/** A service for the demo. `stop` does nothing to a service that the demo did not start. */
export interface DemoServer {
  url: string
  isStarted: boolean
  stop(): Promise<void>
}

type Child = ChildProcessByStdio<null, Readable, null>

const program = join(import.meta.dirname, '../local.ts')

/** Checks whether a ticket service answers at the URL. */
export async function isServing(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}${routes['get-health'].path}`, { signal: AbortSignal.timeout(2000) })
    return health.safeParse(await response.json()).success
  } catch {
    return false
  }
}

/**
 * Starts the whole service on a free port, with a temporary state folder.
 * @throws Error when the signal aborts, or the server exits, before it is ready. The server prints its own
 * reason.
 */
export async function startDemoServer(signal: AbortSignal): Promise<DemoServer> {
  const stateFolder = await mkdtemp(join(tmpdir(), 'ticket-demo-state-'))
  const env = { ...process.env, PORT: '0', HOST: '127.0.0.1', LOCAL_STATE_DIR: stateFolder, LOG_LEVEL: 'warn' }
  // A separate process group shields the server from Ctrl-C: the demo stops it after the command that uses
  // it.
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    }
    await rm(stateFolder, { recursive: true, force: true })
  }
  try {
    const url = await readUrl(child, signal)
    // What is no longer read would fill the pipe and block the server.
    child.stdout.resume()
    return { url, isStarted: true, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function readUrl({ stdout }: Child, signal: AbortSignal): Promise<string> {
  for await (const line of createInterface({ input: stdout, signal })) {
    const url = /ready at (\S+)/.exec(line)?.[1]
    if (url) return url
  }
  throw signal.aborted ? new Interrupted() : new Error('The service could not be started.')
}
