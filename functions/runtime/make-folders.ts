import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Creates a folder and those above it where they are missing. Node's own recursion never ends in a file system
 * that has no such folder, as below /proc.
 * @throws Error when it cannot be created
 */
export function makeFolders(folder: string, mode = 0o777): void {
  if (existsSync(folder)) return
  makeFolders(dirname(folder), mode)
  try {
    mkdirSync(folder, { mode })
  } catch (error) {
    // Another process was first.
    if (!existsSync(folder)) throw error
  }
}
