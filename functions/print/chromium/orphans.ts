import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'

/**
 * Removes the folders `<prefix><process id>-*` of processes that have ended: a killed one cannot clean up.
 */
export async function removeOrphans(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const owner = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN
    // Another user's folders can only be removed by that user.
    if (owner > 0 && !isAlive(owner)) await rm(path.join(folder, name), { recursive: true, force: true }).catch(() => undefined)
  }
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
