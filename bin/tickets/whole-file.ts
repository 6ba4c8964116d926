import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { FileNotWritten } from './failures.ts'

/**
 * Writes a file that appears complete or not at all, and takes the place of one of the same name.
 * @throws FileNotWritten when the disk does not take it.
 */
export async function writeWhole(file: string, content: Uint8Array | string): Promise<void> {
  const aside = join(dirname(file), `.${basename(file)}.${randomUUID().slice(0, 8)}.part`)
  try {
    await writeFile(aside, content, { flag: 'wx' })
    await rename(aside, file)
  } catch (error) {
    await rm(aside, { force: true })
    throw new FileNotWritten(file, error)
  }
}
