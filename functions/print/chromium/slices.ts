import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { zstdDecompressSync } from 'node:zlib'

/**
 * Describes the Chromium of a deployed renderer: `slices` files named by number, each of which holds `sliceBytes` of the executable (the last
 * what is left), compressed by itself. `name` changes with the version and the content.
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

/**
 * Writes the executable `file` from the slices in a folder, one after the other, and holds the thread that long. Two at a time take as long: they
 * fight for the memory that one after the other uses again, and double the processor's time.
 */
export function joinSlices(folder: string, { slices, sliceBytes }: SlicedChromium, file: string): void {
  const executable = openSync(file, 'wx', 0o755)
  try {
    for (let index = 0; index < slices; index++) {
      // As one piece: put together from pieces it would be copied once more.
      const content = zstdDecompressSync(readFileSync(path.join(folder, sliceName(index))), { chunkSize: sliceBytes })
      writeFileSync(executable, content)
    }
  } finally {
    closeSync(executable)
  }
}
