import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { isMachineFault } from '../../errors.ts'

/** Bytes that must be free in the temporary folder: about what Chromium takes to start and to print. */
const probeBytes = 16 * 1024 * 1024

/** Finds out whether the temporary folder is full, or this process has no file descriptor left. */
export async function findMachineFault(): Promise<Error | undefined> {
  let folder: string | undefined
  try {
    folder = await mkdtemp(path.join(os.tmpdir(), 'ticket-probe-'))
    await writeFile(path.join(folder, 'probe'), Buffer.alloc(probeBytes))
    return undefined
  } catch (error) {
    return error instanceof Error && isMachineFault(error) ? error : undefined
  } finally {
    if (folder) await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
}
