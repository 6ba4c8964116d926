import { existsSync } from 'node:fs'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Progress } from './cached-folder.ts'
import { type ChromiumSource, findChromium } from './source.ts'

/** An unpacked Chromium: its executable, and the folder of the NSS libraries that a bare Linux lacks. */
export interface ChromiumBinary {
  executable: string
  libraries: string
}

/**
 * Unpacks Chromium into `cacheFolder` (200 MB), once for each version and content. The first call of a
 * process hashes what it finds there; later ones cost nothing. A deployed renderer has Chromium in slices
 * (half a second on two cores); from source, it comes from @sparticuz/chromium (one to two seconds). A worker
 * thread unpacks while this thread loads modules. The package's own function writes in place (ETXTBSY,
 * Sparticuz/chromium#507), and omits the libraries outside Lambda.
 * @throws Error with the path in its message when the folder cannot be written, or belongs to another user
 */
export async function unpackChromium(cacheFolder: string, onProgress?: Progress): Promise<ChromiumBinary> {
  const source = findChromium()
  const folder = path.resolve(cacheFolder, source.name)
  const unpacking = unpacked.get(folder) ?? unpackOnThread(source, { cacheFolder, onProgress })
  unpacked.set(folder, unpacking)
  await unpacking.catch((error) => {
    unpacked.delete(folder)
    throw error
  })
  return { executable: path.join(folder, 'chromium'), libraries: source.libraries ?? path.join(folder, 'lib') }
}

/** What this process has unpacked or is unpacking, by folder. */
const unpacked = new Map<string, Promise<void>>()

/** Checks whether Chromium is in the cache, without looking at its content. */
export function isUnpacked(cacheFolder: string): boolean {
  return existsSync(path.join(cacheFolder, findChromium().name))
}

async function unpackOnThread(
  source: ChromiumSource,
  { cacheFolder, onProgress }: { cacheFolder: string; onProgress: Progress | undefined },
): Promise<void> {
  const start = performance.now()
  // Beside this module, with the same extension: the bundler emits the thread's module as a separate file.
  const thread = path.join(import.meta.dirname, `unpack-chromium${path.extname(import.meta.filename)}`)
  try {
    await new Promise((resolve, reject) => {
      // A thread may reject Node options of this process.
      const worker = new Worker(thread, { workerData: { source, cacheFolder }, execArgv: [] })
      worker.once('error', reject).once('exit', resolve)
      if (onProgress) worker.on('message', onProgress)
    })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause
    throw new Error(`Chromium cannot be unpacked into ${cacheFolder}: ${reason}`, { cause })
  }
  performance.measure('unpack Chromium', { start })
}
