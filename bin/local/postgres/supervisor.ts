import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sendSignal } from '../process/process-tree.ts'
import type { Account } from './files.ts'

/** How to run PostgreSQL. Without an account it runs as the user of this process. */
export interface PostgresCommand {
  program: string
  args: string[]
  dataFolder: string
  logFile: string
  account: Account | undefined
}

const restartDelayMs = 1000
const pollMs = 20

/**
 * Shuts PostgreSQL down when standard input closes. The kernel closes it when this process ends, even by
 * SIGKILL. A fast shutdown that takes longer than 5 s becomes an immediate one, which kills hung sessions.
 */
const watcherScript = `
read -r _
kill -INT $1
i=0
while kill -0 $1 && [ $i -lt 50 ]; do sleep 0.1; i=$((i + 1)); done
kill -QUIT $1`

/**
 * Starts PostgreSQL and restarts it whenever it ends unexpectedly. Resolves when it accepts connections.
 * @returns a function that shuts PostgreSQL down.
 * @throws Error with the end of PostgreSQL's log when it ends before it accepts connections.
 */
export async function supervisePostgres(command: PostgresCommand, log: (line: string) => void): Promise<() => Promise<void>> {
  const stopping = new AbortController()
  await endLeftovers(command.dataFolder)
  const first = runOnce(command, stopping.signal)
  await acceptsConnections(command, first)
  const supervision = restartUntilStopped(command, { first, log, stopping: stopping.signal })
  return () => {
    stopping.abort()
    return supervision
  }
}

interface Supervision {
  first: Promise<unknown>
  stopping: AbortSignal
  log(line: string): void
}

async function restartUntilStopped(command: PostgresCommand, { first, stopping, log }: Supervision): Promise<void> {
  await first
  while (!stopping.aborted) {
    log(`PostgreSQL ended unexpectedly${reasonIn(command.logFile)}: starting it again.`)
    await delay(restartDelayMs, undefined, { signal: stopping }).catch(() => undefined)
    await endLeftovers(command.dataFolder)
    // A failed start, such as without a free file descriptor, is retried.
    if (!stopping.aborted) await runOnce(command, stopping).catch((error) => log(`PostgreSQL cannot be started: ${error}`))
  }
}

/** Reads from the end of the log why PostgreSQL ended, such as a full disk. */
function reasonIn(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').slice(-20_000).split('\n')
  const [, reason] = lines
    .slice(-100)
    .flatMap((line) => /(?:FATAL|PANIC): {2}(.*)/.exec(line) ?? [])
    .slice(-2)
  return reason ? ` (${reason})` : ''
}

/** Runs PostgreSQL with a watcher until both have ended. */
async function runOnce({ program, args, logFile, account }: PostgresCommand, stopping: AbortSignal): Promise<void> {
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }
  // Sessions of their own, so that Ctrl-C in the terminal reaches neither: the server stops them last.
  const options = { ...account, cwd: '/', env, detached: true }
  const log = openSync(logFile, 'a', 0o600)
  const postgres = spawn(program, args, { ...options, stdio: ['ignore', log, log] })
  closeSync(log)
  const exit = once(postgres, 'exit')
  const watcher = spawn('sh', ['-c', watcherScript, 'postgres-watcher', String(postgres.pid)], {
    ...options,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // Without its watcher PostgreSQL could outlive this process: both are started again.
  const watcherExit = once(watcher, 'exit').finally(() => postgres.kill('SIGQUIT'))
  const shutDown = () => watcher.stdin.end()
  stopping.addEventListener('abort', shutDown)
  await exit
  stopping.removeEventListener('abort', shutDown)
  watcher.kill('SIGKILL')
  await watcherExit
}

async function acceptsConnections({ dataFolder, logFile }: PostgresCommand, run: Promise<void>): Promise<void> {
  let hasEnded = false
  const ended = run.finally(() => {
    hasEnded = true
  })
  // The status that `pg_ctl --wait` looks at as well.
  while (readLockFile(dataFolder)[7]?.trim() !== 'ready') {
    await Promise.race([ended, delay(pollMs)])
    if (hasEnded) throw new Error(readFileSync(logFile, 'utf8').split('\n').slice(-20).join('\n'))
  }
}

/**
 * Kills what a killed server or postmaster left on this data. Sessions end when their postmaster does, but
 * one that hangs keeps its shared memory, and PostgreSQL refuses to start over that. The lock file goes too:
 * its process id may by now belong to another program. Callers hold the lock of the state folder, so no other
 * server uses the data.
 */
async function endLeftovers(dataFolder: string): Promise<void> {
  for (let pids = listProcesses(dataFolder); pids.length > 0; pids = listProcesses(dataFolder)) {
    for (const pid of pids) sendSignal(pid, 'SIGKILL')
    await delay(pollMs)
  }
  rmSync(lockFile(dataFolder), { force: true })
}

/** Lists PostgreSQL's processes in a data folder; without /proc (macOS), only the postmaster. */
function listProcesses(dataFolder: string): number[] {
  if (!existsSync('/proc/self/cwd')) {
    const pid = Number.parseInt(readLockFile(dataFolder)[0] ?? '', 10)
    const { stdout } = spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
    return stdout?.includes(dataFolder) ? [pid] : []
  }
  const folder = realpathSync(dataFolder)
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isPostgresIn(pid, folder))
}

function isPostgresIn(pid: number, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === folder && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('postgres')
  } catch {
    // It has ended meanwhile, or belongs to another user.
    return false
  }
}

function lockFile(dataFolder: string): string {
  return join(dataFolder, 'postmaster.pid')
}

function readLockFile(dataFolder: string): string[] {
  try {
    return readFileSync(lockFile(dataFolder), 'utf8').split('\n')
  } catch {
    // Not written yet.
    return []
  }
}
