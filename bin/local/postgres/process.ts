import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { isRunning, sendSignal } from '../process/process-tree.ts'
import type { News, PostgresCommand } from './cleanup-messages.ts'

const restartDelayMs = 1000
const keptLines = 20

/** Is a PostgreSQL that is kept running until `stop` is called. */
export interface PostgresProcess {
  stop(): Promise<void>
}

/** Runs PostgreSQL, tells when it takes connections and when it ended, and starts it again a second after it ended by itself. */
export function keepPostgresRunning(command: PostgresCommand, tell: (news: News) => void): PostgresProcess {
  const stopping = new AbortController()
  const running = run(command, tell, stopping.signal)
  return {
    stop: () => {
      stopping.abort()
      return running
    },
  }
}

async function run(command: PostgresCommand, tell: (news: News) => void, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    await clearLeftovers(command.dataFolder)
    if (stopping.aborted) return
    const lastLines = await runOnce(command, tell, stopping)
    tell({ type: 'postgres-exited', lastLines })
    await delay(restartDelayMs, undefined, { signal: stopping }).catch(() => undefined)
  }
}

async function runOnce(command: PostgresCommand, tell: (news: News) => void, stopping: AbortSignal): Promise<string[]> {
  const child = spawn(command.file, command.args, {
    ...command.account,
    cwd: '/',
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const log = createWriteStream(command.logFile, { flags: 'a', mode: 0o600 })
  const lastLines: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    log.write(`${line}\n`)
    lastLines.push(line)
    if (lastLines.length > keptLines) lastLines.shift()
    if (line.endsWith('database system is ready to accept connections')) tell({ type: 'postgres-ready' })
  })
  const shutDown = () => void shutDownFast(child.pid)
  stopping.addEventListener('abort', shutDown)
  await ended(child, lastLines)
  stopping.removeEventListener('abort', shutDown)
  log.end()
  return lastLines
}

/** Waits until the process is gone. Its pipe may stay open longer, in children that a killed postmaster left behind. */
function ended(child: ChildProcess, lastLines: string[]): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => setImmediate(resolve))
    child.once('error', (error) => {
      lastLines.push(`FATAL:  ${error.message}`)
      resolve()
    })
  })
}

/** Ends a postmaster with all its sessions: a fast shutdown, an immediate one if that takes 5 s, SIGKILL after 3 s more. */
async function shutDownFast(pid: number | undefined): Promise<void> {
  if (pid === undefined) return
  for (const [signal, patienceMs] of [
    ['SIGINT', 5000],
    ['SIGQUIT', 3000],
    ['SIGKILL', 2000],
  ] as const) {
    sendSignal(pid, signal)
    if (await isGone(pid, patienceMs)) return
  }
}

async function isGone(pid: number, patienceMs: number): Promise<boolean> {
  const until = Date.now() + patienceMs
  while (isRunning(pid)) {
    if (Date.now() > until) return false
    await delay(20)
  }
  return true
}

/**
 * Ends what a killed guardian or a killed postmaster left on this data: sessions end by themselves when their postmaster dies, but one
 * that was killed during recovery can leave a process that waits for ever and keeps its shared memory, over which PostgreSQL refuses to
 * start.
 */
async function clearLeftovers(dataFolder: string): Promise<void> {
  await clearLock(dataFolder)
  const orphans = listProcesses().filter((pid) => isPostgresOf(pid, dataFolder))
  for (const pid of orphans) sendSignal(pid, 'SIGKILL')
  for (const pid of orphans) await isGone(pid, 2000)
}

function listProcesses(): number[] {
  if (!existsSync('/proc/self/cwd')) return []
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
}

/** Ends the postmaster that the lock file names, or removes it where that id now is another program's. */
async function clearLock(dataFolder: string): Promise<void> {
  const lockFile = join(dataFolder, 'postmaster.pid')
  if (!existsSync(lockFile)) return
  const pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10)
  if (!(pid > 0) || !isRunning(pid)) return
  if (isPostgresOf(pid, dataFolder)) await shutDownFast(pid)
  else rmSync(lockFile, { force: true })
}

function isPostgresOf(pid: number, dataFolder: string): boolean {
  if (!existsSync('/proc/self/cwd')) return true
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === dataFolder && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('postgres')
  } catch {
    // It ended meanwhile, or it is another user's and so not ours to stop.
    return false
  }
}
