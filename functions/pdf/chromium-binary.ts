import { createReadStream, createWriteStream } from 'node:fs'
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createBrotliDecompress } from 'node:zlib'
import { z } from 'zod'
import { joinSlices, readSlicedChromium } from './chromium-slices.ts'
import { findDeployedFiles } from './deployed-files.ts'

/** Says where an unpacked Chromium lies: its executable, and the folder of the NSS libraries that a bare Linux lacks. */
export interface ChromiumBinary {
  executable: string
  libraries: string
}

/**
 * Unpacks Chromium into `cacheFolder` (200 MB), once for each version and content; cheap afterwards. A deployed renderer brings it in slices (half a
 * second on two cores), the sources take that of @sparticuz/chromium (one to two seconds). Processes may call it at once: each
 * unpacks aside, and the first to rename wins, so nobody ever sees or executes a half-written file. The package's own unpacking writes in
 * place (ETXTBSY, Sparticuz/chromium#507) and leaves the libraries out unless it believes to be on Lambda.
 * @throws Error when the folder cannot be written, with the path in the message
 */
export function unpackChromium(cacheFolder: string): Promise<ChromiumBinary> {
  const started = underWay.get(cacheFolder)
  if (started) return started
  const unpacking = unpackOnce(cacheFolder).finally(() => underWay.delete(cacheFolder))
  underWay.set(cacheFolder, unpacking)
  return unpacking
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

/** Lets who asks while it is being unpacked wait for that, and not unpack it once more. */
const underWay = new Map<string, Promise<ChromiumBinary>>()

/** Is where a Chromium comes from: its own name, how to write what is missing into a folder, and its libraries if they need no unpacking. */
interface Source {
  name: string
  libraries?: string
  write(folder: string): Promise<unknown>
}

async function unpackOnce(cacheFolder: string): Promise<ChromiumBinary> {
  const deployed = findDeployedFiles()
  const source = deployed ? await findSlices(deployed.chromium) : await findNpmPackage()
  const folder = path.join(cacheFolder, source.name)
  if (!(await exists(folder))) {
    try {
      await mkdir(cacheFolder, { recursive: true })
      await removeOrphans(cacheFolder, asidePrefix)
      await unpackAside(source, folder)
    } catch (cause) {
      throw new Error(`Chromium cannot be unpacked into ${cacheFolder}: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      })
    }
  }
  return { executable: path.join(folder, 'chromium'), libraries: source.libraries ?? path.join(folder, 'lib') }
}

async function findSlices(folder: string): Promise<Source> {
  const { name } = await readSlicedChromium(folder)
  return { name, libraries: path.join(folder, 'lib'), write: (target) => joinSlices(folder, path.join(target, 'chromium')) }
}

async function findNpmPackage(): Promise<Source> {
  const folder = path.join(path.dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..')
  const { version } = packageSchema.parse(JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')))
  return { name: `chromium-${version}`, write: (target) => unpackNpmPackage(path.join(folder, 'bin'), target) }
}

async function unpackNpmPackage(archives: string, target: string): Promise<void> {
  const { extract } = await import('tar-fs')
  await Promise.all([
    pipeline(
      createReadStream(path.join(archives, 'chromium.br')),
      createBrotliDecompress(),
      createWriteStream(path.join(target, 'chromium'), { mode: 0o755 }),
    ),
    pipeline(createReadStream(path.join(archives, 'al2023.tar.br')), createBrotliDecompress(), extract(target)),
  ])
}

async function unpackAside(source: Source, folder: string): Promise<void> {
  const aside = await mkdtemp(path.join(path.dirname(folder), `${asidePrefix}${process.pid}-`))
  try {
    await source.write(aside)
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
