import { readdir, readFile } from 'node:fs/promises'

/**
 * Watches the memory that a process group holds, four times a second, and calls `exceeded` once when it is more than
 * `limitBytes`: a few nested `<use>` elements are enough to make Chromium take gigabytes. Answers the function that ends the
 * watch.
 */
export function watchMemory(group: number, limitBytes: number, exceeded: (bytes: number) => void): () => void {
  const timer = setInterval(async () => {
    const bytes = await memoryOfGroup(group)
    if (bytes > limitBytes) {
      clearInterval(timer)
      exceeded(bytes)
    }
  }, 250)
  return () => clearInterval(timer)
}

const kibibyte = 1024

async function memoryOfGroup(group: number): Promise<number> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const memory = await Promise.all(processes.map((id) => memoryIfMember(id, group)))
  return memory.reduce((sum, bytes) => sum + bytes, 0)
}

/** Reads what a process holds by itself, not counting files and memory shared with others, and 0 if it is not of the group. */
async function memoryIfMember(id: string, group: number): Promise<number> {
  try {
    const stat = await readFile(`/proc/${id}/stat`, 'latin1')
    const [, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (Number(processGroup) !== group) return 0
    const anonymous = /^RssAnon:\s+(\d+) kB/m.exec(await readFile(`/proc/${id}/status`, 'latin1'))?.[1]
    return Number(anonymous ?? 0) * kibibyte
  } catch {
    // It ended while we looked.
    return 0
  }
}
