import { readFileSync } from 'node:fs'
import { listTree } from '../../bin/local/process/process-tree.ts'

/** The unit of CPU times in /proc on every Linux that Node.js supports: USER_HZ, a hundredth of a second. */
const tickMs = 10

/**
 * Measures the processor's time, in milliseconds, that the living processes below this one have taken, from /proc/<pid>/stat, which only Linux has.
 * Those of one process come and go seldom enough that a difference of two measurements is what they took meanwhile.
 */
export function childrenCpuMs(): number {
  const children = listTree(process.pid).filter((pid) => pid !== process.pid)
  return children.reduce((total, pid) => total + ticksOf(pid), 0) * tickMs
}

/** Measures the processor's time, in milliseconds, that this process itself has taken. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Reads `utime` and `stime`, the 14th and 15th field; 0 for a process that has ended since it was listed. */
function ticksOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command in parentheses may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[11]) + Number(fields[12])
  } catch {
    return 0
  }
}
