import { open, readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import pLimit from 'p-limit'

/**
 * Describes the Chromium of a deployed renderer: `slices` files named by number, each of which holds `sliceBytes` of the executable (the last
 * what is left), compressed by itself so that every core can unpack. `name` changes with the version and the content.
 */
export interface SlicedChromium {
  name: string
  sliceBytes: number
  slices: number
}

/** Is the file that describes a folder of slices. */
export const slicesFile = 'slices.json'

/** Names the file of one slice. */
export function sliceName(index: number): string {
  return `${index}.zst`
}

/** Writes the executable `file` from the slices in a folder, as many at a time as there are cores. */
export async function joinSlices(folder: string, { slices, sliceBytes }: SlicedChromium, file: string): Promise<void> {
  const executable = await open(file, 'wx', 0o755)
  // More at a time than there are cores only take memory, and one another's cache.
  const inTurn = pLimit(availableParallelism())
  const join = async (index: number): Promise<void> => {
    const slice = await readFile(path.join(folder, sliceName(index)))
    // As one piece: put together from pieces it would be copied once more.
    const content = await decompress(slice, { chunkSize: sliceBytes })
    await executable.write(content, 0, content.length, index * sliceBytes)
  }
  try {
    await Promise.all(Array.from({ length: slices }, (_, index) => inTurn(() => join(index))))
  } finally {
    await executable.close()
  }
}

const decompress = promisify(zstdDecompress)
