import { randomUUID } from 'node:crypto'
import { rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BadInput, FileNotWritten, reasonOf } from './failures.ts'

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

/**
 * Refuses a place where no file can be, before work is done for it.
 * @throws BadInput that names the option.
 */
export async function checkPlace(option: string, file: string): Promise<void> {
  const folder = await stat(dirname(file)).catch((error: unknown) => {
    throw new BadInput(`The folder of ${option} ${file} cannot be used: ${reasonOf(error)}.`, [], { cause: error })
  })
  const present = await stat(file).catch(() => undefined)
  if (!folder.isDirectory()) throw new BadInput(`${option} ${file} cannot be written: ${dirname(file)} is a file, not a folder.`)
  if (present?.isDirectory()) throw new BadInput(`${option} must name a file; ${file} is a folder.`)
}
