import { accessSync, chmodSync, constants, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeFolders } from '../../../functions/runtime/make-folders.ts'
import { StartFailure } from './start-failure.ts'

/** The folder where a local server keeps its state, locked until `release` is called. */
export interface StateFolder {
  path: string
  release(): void
}

/**
 * Creates the folder where it is missing, and locks it for this process. The lock is SQLite's file lock,
 * which the kernel releases when the process ends: a killed server leaves no stale lock.
 * @throws StartFailure when the folder is not writable, or another server uses it.
 */
export function openStateFolder(folder: string): StateFolder {
  const path = resolve(folder)
  try {
    prepareFolder(path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartFailure(`The state folder ${path} cannot be used (${reason}): set LOCAL_STATE_DIR to a folder of your own.`)
  }
  const lock = lockFolder(path)
  const pidFile = join(path, 'server.pid')
  writeFileSync(pidFile, `${process.pid}\n`)
  return {
    path,
    release: () => {
      rmSync(pidFile, { force: true })
      lock.close()
    },
  }
}

/**
 * Creates a private folder. A folder with content keeps its mode. Other users can enter root's folder, but
 * not list it, because PostgreSQL, which refuses to run as root, keeps its data in it.
 */
function prepareFolder(path: string): void {
  const fresh = !existsSync(path) || readdirSync(path).length === 0
  makeFolders(path, 0o700)
  accessSync(path, constants.W_OK | constants.X_OK)
  const { uid, mode } = statSync(path)
  // Keys and the database are read from it, so whoever owns it is trusted.
  if (process.getuid && uid !== process.getuid()) throw new Error(`it belongs to another user, id ${uid}`)
  if (!fresh && (mode & 0o022) !== 0) throw new Error('other users may write it')
  if (fresh) chmodSync(path, process.getuid?.() === 0 ? 0o711 : 0o700)
}

function lockFolder(path: string): DatabaseSync {
  const lock = new DatabaseSync(join(path, 'lock'), { timeout: 0 })
  try {
    lock.exec('begin exclusive')
    return lock
  } catch (error) {
    lock.close()
    const pidFile = join(path, 'server.pid')
    const owner = existsSync(pidFile) ? ` (process ${readFileSync(pidFile, 'utf8').trim()})` : ''
    throw new StartFailure(`Another server${owner} is using ${path}: stop it, or set LOCAL_STATE_DIR.`, { cause: error })
  }
}
