import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** Kills a process and all its descendants immediately (SIGKILL). Processes that have ended are skipped. */
export function killTree(pid: number): void {
  for (const one of listTree(pid)) sendSignal(one, 'SIGKILL')
}

/** Sends a signal and returns whether the process exists. Signal 0 only checks. */
export function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    // EPERM: it exists and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Checks that a process runs. A zombie does not. */
export function isRunning(pid: number): boolean {
  if (!sendSignal(pid, 0)) return false
  return !existsSync('/proc/self/stat') || statOf(String(pid))?.state !== 'Z'
}

/** Waits for a process and its current descendants to end, and kills them after `timeoutMs`. */
export async function endTree(pid: number, timeoutMs: number): Promise<void> {
  const tree = listTree(pid)
  const until = Date.now() + timeoutMs
  while (tree.some(isRunning) && Date.now() < until) await delay(20)
  for (const one of tree) sendSignal(one, 'SIGKILL')
}

/** Lists a process and its current descendants. */
export function listTree(pid: number): number[] {
  const children = Map.groupBy(parents(), ([, parent]) => parent)
  const found = [pid]
  for (const one of found) found.push(...(children.get(one) ?? []).map(([child]) => child))
  return found
}

/** Lists [process, parent] for all processes, from /proc if it exists, else (macOS) from ps. */
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
    // The command may itself contain spaces and parentheses; state and parent follow its closing parenthesis.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state, parent: Number(parent) }
  } catch {
    // It ended after it was listed.
    return undefined
  }
}
