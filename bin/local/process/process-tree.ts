import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** Kills a process and everything it started, at once (SIGKILL); processes that are gone already are passed over. */
export function killTree(pid: number): void {
  for (const one of listTree(pid)) sendSignal(one, 'SIGKILL')
}

/** Sends a signal and tells whether the process was there to get it. Signal 0 only asks. */
export function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    // EPERM: it is there, and it is not ours.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Tells whether a process runs; one that has ended and only waits to be reaped (a zombie) does not. */
export function isRunning(pid: number): boolean {
  if (!sendSignal(pid, 0)) return false
  return !existsSync('/proc/self/stat') || statOf(String(pid))?.state !== 'Z'
}

/** Waits for a process, and all it has started until now, to end by itself, and kills what still runs after `patienceMs`. */
export async function endTree(pid: number, patienceMs: number): Promise<void> {
  const tree = listTree(pid)
  const until = Date.now() + patienceMs
  while (tree.some(isRunning) && Date.now() < until) await delay(20)
  for (const one of tree) sendSignal(one, 'SIGKILL')
}

/** Lists a process and all it has started, and those have started, until now. */
export function listTree(pid: number): number[] {
  const children = Map.groupBy(parents(), ([, parent]) => parent)
  const found = [pid]
  for (const one of found) found.push(...(children.get(one) ?? []).map(([child]) => child))
  return found
}

/** Lists [process, its parent] for all processes: from /proc where there is one, else (macOS) from ps. */
function parents(): [number, number][] {
  if (existsSync('/proc/self/stat')) {
    return readdirSync('/proc').flatMap((pid) => {
      const stat = /^\d+$/.test(pid) ? statOf(pid) : undefined
      return stat ? [[Number(pid), stat.parent]] : []
    })
  }
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => {
    const [pid, parent] = line.trim().split(/\s+/)
    return [Number(pid), Number(parent)]
  })
}

function statOf(pid: string): { state: string | undefined; parent: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command in parentheses may itself hold spaces and parentheses; state and parent follow the last one.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state, parent: Number(parent) }
  } catch {
    // It ended between the listing and the reading.
    return undefined
  }
}
