import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Creates a folder and its missing parents. Node's own recursion never ends in file systems that refuse folders, such as
 * /proc.
 * @throws Error when it cannot be created.
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
