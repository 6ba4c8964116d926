import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { zstdDecompressSync } from 'node:zlib'

/**
 * The Chromium of a deployed renderer: `slices` numbered files, each with `sliceBytes` of the executable (the
 * last with the rest), compressed separately. `name` changes with the version and the content.
 */
export interface SlicedChromium {
  name: string
  sliceBytes: number
  slices: number
}

/** The name of the file that describes a folder of slices. */
export const slicesFile = 'slices.json'

/** Returns the file name of a slice. */
export function sliceName(index: number): string {
  return `${index}.zst`
}

/**
 * Joins the slices in a folder into the executable `file`, one after the other, which blocks the thread.
 * Doing two concurrently takes as long and doubles the CPU time, since they compete for memory that one would
 * reuse.
 */
export function joinSlices(folder: string, { slices, sliceBytes }: SlicedChromium, file: string): void {
  const executable = openSync(file, 'wx', 0o755)
  try {
    for (let index = 0; index < slices; index++) {
      // In one chunk: joining several would copy the content once more.
      const content = zstdDecompressSync(readFileSync(path.join(folder, sliceName(index))), { chunkSize: sliceBytes })
      writeFileSync(executable, content)
    }
  } finally {
    closeSync(executable)
  }
}
