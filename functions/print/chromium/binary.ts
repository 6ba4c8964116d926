import { existsSync } from 'node:fs'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { type ChromiumSource, findChromium } from './source.ts'

/** Says where an unpacked Chromium lies: its executable, and the folder of the NSS libraries that a bare Linux lacks. */
export interface ChromiumBinary {
  executable: string
  libraries: string
}

/**
 * Unpacks Chromium into `cacheFolder` (200 MB), once for each version and content; cheap afterwards. A deployed renderer brings it in slices
 * (half a second on two cores), the sources take that of @sparticuz/chromium (one to two seconds). It is done on a thread, which goes on
 * while this one loads modules. Processes may call it at once: each unpacks aside, and the first to rename wins, so nobody ever sees
 * or executes a half-written file. The package's own unpacking writes in place (ETXTBSY, Sparticuz/chromium#507) and leaves the
 * libraries out unless it believes to be on Lambda.
 * @throws Error when the folder cannot be written, with the path in the message
 */
export async function unpackChromium(cacheFolder: string): Promise<ChromiumBinary> {
  const source = findChromium()
  const folder = path.join(cacheFolder, source.name)
  if (!existsSync(folder)) {
    const unpacking = underWay.get(folder) ?? unpackOnThread(source, folder).finally(() => underWay.delete(folder))
    underWay.set(folder, unpacking)
    await unpacking
  }
  return { executable: path.join(folder, 'chromium'), libraries: source.libraries ?? path.join(folder, 'lib') }
}

/** Lets who asks while it is being unpacked wait for that, and not unpack it once more. */
const underWay = new Map<string, Promise<void>>()

async function unpackOnThread(source: ChromiumSource, folder: string): Promise<void> {
  const start = performance.now()
  // Beside this module, and with the same ending: the bundler keeps the thread's module as a file of its own.
  const thread = path.join(import.meta.dirname, `unpack-chromium${path.extname(import.meta.filename)}`)
  try {
    await new Promise((resolve, reject) => {
      // Options of this process may be none for a thread.
      new Worker(thread, { workerData: { source, folder }, execArgv: [] }).once('error', reject).once('exit', resolve)
    })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : cause
    throw new Error(`Chromium cannot be unpacked into ${path.dirname(folder)}: ${reason}`, { cause })
  }
  performance.measure('unpack Chromium', { start })
}
