import { createReadStream, createWriteStream } from 'node:fs'
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createBrotliDecompress } from 'node:zlib'
import { extract } from 'tar-fs'
import { z } from 'zod'

/** Says where an unpacked Chromium lies: its executable, and the folder of the NSS libraries that a bare Linux lacks. */
export interface ChromiumBinary {
  executable: string
  libraries: string
}

/**
 * Unpacks the Chromium of @sparticuz/chromium into `cacheFolder`, once per version (about 210 MB, one to two seconds); cheap
 * afterwards. Two processes may call it at once: each unpacks aside, and the first to rename wins, so nobody ever sees
 * or executes a half-written file. The package's own unpacking writes in place (ETXTBSY, Sparticuz/chromium#507) and leaves
 * the libraries out unless it believes to be on Lambda.
 * @throws Error when the folder cannot be written, with the path in the message
 */
export async function unpackChromium(cacheFolder: string): Promise<ChromiumBinary> {
  const packageFolder = path.join(path.dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..')
  const { version } = packageSchema.parse(JSON.parse(await readFile(path.join(packageFolder, 'package.json'), 'utf8')))
  const folder = path.join(cacheFolder, `chromium-${version}`)
  if (!(await exists(folder))) {
    try {
      await mkdir(cacheFolder, { recursive: true })
      await removeOrphans(cacheFolder, asidePrefix)
      await unpackAside(path.join(packageFolder, 'bin'), folder)
    } catch (cause) {
      throw new Error(`Chromium cannot be unpacked into ${cacheFolder}: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      })
    }
  }
  return { executable: path.join(folder, 'chromium'), libraries: path.join(folder, 'lib') }
}

/**
 * Removes the folders `<prefix><process id>-*` that processes left behind which live no more: a process that is killed
 * cannot clean up after itself, so the next one does.
 */
export async function removeOrphans(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const owner = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : Number.NaN
    if (owner > 0 && !isAlive(owner)) await rm(path.join(folder, name), { recursive: true, force: true })
  }
}

const asidePrefix = '.unpacking-'
const packageSchema = z.object({ version: z.string() })

async function unpackAside(archives: string, folder: string): Promise<void> {
  const aside = await mkdtemp(path.join(path.dirname(folder), `${asidePrefix}${process.pid}-`))
  try {
    await Promise.all([
      pipeline(
        createReadStream(path.join(archives, 'chromium.br')),
        createBrotliDecompress(),
        createWriteStream(path.join(aside, 'chromium'), { mode: 0o755 }),
      ),
      pipeline(createReadStream(path.join(archives, 'al2023.tar.br')), createBrotliDecompress(), extract(aside)),
    ])
    await rename(aside, folder)
  } catch (error) {
    await rm(aside, { recursive: true, force: true })
    if (!(await exists(folder))) throw error
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
