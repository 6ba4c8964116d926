import { randomUUID } from 'node:crypto'
import { rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BadInput, FileNotWritten, reasonOf } from './failures.ts'

/**
 * Writes a file atomically, replacing one of the same name.
 * @throws FileNotWritten when it cannot be written.
 */
export async function writeAtomically(file: string, content: Uint8Array | string | AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.${randomUUID().slice(0, 8)}.part`)
  try {
    await writeFile(temporary, content, { flag: 'wx' })
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw new FileNotWritten(file, error)
  }
}

/**
 * Checks that a file can be written, before work is done for it.
 * @throws BadInput that names the option if it cannot.
 */
export async function checkFilePath(option: string, file: string): Promise<void> {
  const folder = await stat(dirname(file)).catch((error: unknown) => {
    throw new BadInput(`The folder of ${option} ${file} cannot be used: ${reasonOf(error)}.`, [], { cause: error })
  })
  const present = await stat(file).catch(() => undefined)
  if (!folder.isDirectory()) throw new BadInput(`${option} ${file} cannot be written: ${dirname(file)} is a file, not a folder.`)
  if (present?.isDirectory()) throw new BadInput(`${option} must name a file; ${file} is a folder.`)
}
