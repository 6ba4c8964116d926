import { createReadStream, createWriteStream, statSync } from 'node:fs'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { createBrotliDecompress } from 'node:zlib'
import { fillOnce } from './cached-folder.ts'
import { joinSlices } from './slices.ts'
import type { ChromiumSource } from './source.ts'

// Runs on a thread of its own (see binary.ts), and imports little, so that the thread starts quickly.
const { source, cacheFolder }: { source: ChromiumSource; cacheFolder: string } = workerData

await fillOnce({ cacheFolder, name: source.name, isVerified: !source.slices, fill: (folder) => unpack(source, folder) })

async function unpack({ folder: from, slices }: ChromiumSource, target: string): Promise<void> {
  if (slices) return joinSlices(from, slices, path.join(target, 'chromium'))
  const { extract } = await import('tar-fs')
  const packed = path.join(from, 'chromium.br')
  const { size } = statSync(packed)
  const reading = createReadStream(packed)
  reading.on('data', () => parentPort?.postMessage(reading.bytesRead / size))
  await Promise.all([
    pipeline(reading, createBrotliDecompress(), createWriteStream(path.join(target, 'chromium'), { mode: 0o755 })),
    pipeline(createReadStream(path.join(from, 'al2023.tar.br')), createBrotliDecompress(), extract(target)),
  ])
}
