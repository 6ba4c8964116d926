import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { chmod, lstat, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { makeFolders } from '../../runtime/make-folders.ts'
import { removeOrphans } from './orphans.ts'

/** A callback for progress: the share of the work that is done, from 0 to 1. */
export type Progress = (done: number) => void

/** A folder to make once in the cache, by a name that changes with its content, and how to fill it. */
export interface CachedFolder {
  cacheFolder: string
  name: string
  /**
   * Whether to hash its files before each use; not on Lambda, where starts are short and the disk has one
   * user.
   */
  isVerified: boolean
  fill(folder: string): Promise<void>
}

/**
 * Returns the path of a cached folder, and fills it first if it is missing or a file differs from what was
 * written. Processes may call it concurrently: each fills a folder of its own, and the first to finish puts
 * it in place, so nobody reads a half-written file.
 * @throws Error when another user could have written the folder, or this one cannot
 */
export async function fillOnce({ cacheFolder, name, isVerified, fill }: CachedFolder): Promise<string> {
  const folder = path.resolve(cacheFolder, name)
  const isReady = isVerified ? isWhole : async (of: string) => existsSync(of)
  makeFolders(path.resolve(cacheFolder), 0o700)
  await assertPrivate(cacheFolder)
  if (await isReady(folder)) return folder
  await removeOrphans(cacheFolder, asidePrefix)
  const aside = await mkdtemp(path.join(cacheFolder, `${asidePrefix}${process.pid}-`))
  try {
    await fill(aside)
    // Readable by everybody, as a deployed package must be.
    await chmod(aside, 0o755)
    if (isVerified) await seal(aside)
    // Another process may have put a whole one in place meanwhile.
    if (!(await isReady(folder))) await replace(folder, aside)
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return folder
}

/** Records the hash of each file of a folder, in a file beside them. */
export async function seal(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
  const lines = await Promise.all(files.sort().map(async (file) => `${await hashFile(path.join(folder, file))}  ${file}\n`))
  await writeFile(path.join(folder, sealName), lines.join(''))
}

const asidePrefix = '.unpacking-'

/** The file of hashes, in the format of sha256sum. */
export const sealName = 'SHA256SUMS'

const groupOrOthersWrite = 0o022
const sticky = 0o1000

/**
 * Checks that nobody but this user and root can change what a folder holds: what is in the cache is executed,
 * so whoever owns it is trusted. In a sticky folder such as /tmp each user changes their own files only.
 */
async function assertPrivate(folder: string): Promise<void> {
  const { uid: linkOwner } = await lstat(folder)
  const { uid: owner, mode } = await stat(folder)
  const stranger = [linkOwner, owner].find((uid) => uid !== 0 && uid !== process.getuid?.())
  const isShared = (mode & groupOrOthersWrite) !== 0 && (mode & sticky) === 0
  if (stranger === undefined && !isShared) return
  const problem = stranger === undefined ? 'other users may write it' : `it belongs to another user (id ${stranger})`
  throw new Error(`${folder} is not used, since ${problem}: set BROWSER_CACHE_DIR to a folder of your own with mode 700`)
}

/** Checks that a folder exists, is private, and holds every file as it was sealed. */
async function isWhole(folder: string): Promise<boolean> {
  const sums = await readFile(path.join(folder, sealName), 'utf8').catch(() => undefined)
  if (sums === undefined) return false
  await assertPrivate(folder)
  const lines = sums.split('\n').filter(Boolean)
  const matches = await Promise.all(
    lines.map(async (line) => line.slice(0, 64) === (await hashFile(path.join(folder, line.slice(66))).catch(() => ''))),
  )
  return matches.every(Boolean)
}

async function replace(folder: string, aside: string): Promise<void> {
  const previous = `${aside}-previous`
  await rename(folder, previous).catch(() => undefined)
  try {
    await rename(aside, folder)
  } catch (error) {
    // Another process was first, with the same content.
    if (!existsSync(folder)) throw error
  }
  await rm(previous, { recursive: true, force: true })
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 4 * 1024 * 1024 }), hash)
  return hash.digest('hex')
}
