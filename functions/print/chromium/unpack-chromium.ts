import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { workerData } from 'node:worker_threads'
import { createBrotliDecompress } from 'node:zlib'
import { removeOrphans } from './orphans.ts'
import { joinSlices } from './slices.ts'
import type { ChromiumSource } from './source.ts'

// This module runs on a thread of its own (see binary.ts). It imports little, so that the thread starts
// quickly.
const asidePrefix = '.unpacking-'
const { source, folder }: { source: ChromiumSource; folder: string } = workerData

const cacheFolder = path.dirname(folder)
await mkdir(cacheFolder, { recursive: true })
await removeOrphans(cacheFolder, asidePrefix)
const aside = await mkdtemp(path.join(cacheFolder, `${asidePrefix}${process.pid}-`))
try {
  await unpack(source, aside)
  await rename(aside, folder)
} catch (error) {
  await rm(aside, { recursive: true, force: true })
  // Another process has put the same Chromium in place first.
  if (!existsSync(folder)) throw error
}

async function unpack({ folder: from, slices }: ChromiumSource, target: string): Promise<void> {
  if (slices) return joinSlices(from, slices, path.join(target, 'chromium'))
  const { extract } = await import('tar-fs')
  await Promise.all([
    pipeline(
      createReadStream(path.join(from, 'chromium.br')),
      createBrotliDecompress(),
      createWriteStream(path.join(target, 'chromium'), { mode: 0o755 }),
    ),
    pipeline(createReadStream(path.join(from, 'al2023.tar.br')), createBrotliDecompress(), extract(target)),
  ])
}
