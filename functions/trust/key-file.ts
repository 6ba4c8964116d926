import { existsSync } from 'node:fs'
import { type FileHandle, open, readFile, rename, stat, unlink } from 'node:fs/promises'
import * as keySets from './key-set.ts'

const staleSeconds = 10

/** Reads a key file. @throws Error when it is missing or malformed; the message shows no secret. */
export async function readKeyFile(file: string): Promise<keySets.KeySet> {
  const content = await readFile(file, 'utf8').catch((cause) => {
    throw new Error(`The signing keys cannot be read: ${file} (SIGNING_KEYS_FILE).`, { cause })
  })
  return keySets.parseKeySet(content, file)
}

/** Creates a key file (mode 0600) with one Ed25519 key and two HMAC secrets, unless it exists. */
export async function ensureKeyFile(file: string): Promise<void> {
  if (!existsSync(file)) await replaceFile(file, keySets.makeKeySet())
}

/** Adds a key, which signs from now on; the others still verify. @throws Error as `addKey` or `readKeyFile`. */
export async function rotateKey(file: string): Promise<keySets.StoredKey> {
  const { keys, outcome } = keySets.addKey(await readKeyFile(file))
  await replaceFile(file, keys)
  return outcome
}

/** Retires a key: nothing it signed is valid any more. Idempotent. @throws Error as `retireKey` of a key set. */
export async function retireKey(file: string, kid: number): Promise<keySets.Retirement> {
  const before = await readKeyFile(file)
  const { keys, outcome } = keySets.retireKey(before, kid, file)
  if (keys !== before) await replaceFile(file, keys)
  return outcome
}

/** Replaces the file atomically, so that no reader sees half of it, and keeps its owner. */
async function replaceFile(file: string, keys: keySets.KeySet): Promise<void> {
  const aside = `${file}.new`
  const handle = await openAside(aside, file)
  try {
    await keepOwner(file, handle)
    await handle.writeFile(keySets.writeKeySet(keys))
    await handle.sync()
    await handle.close()
    await rename(aside, file)
  } catch (error) {
    await handle.close().catch(() => undefined)
    await unlink(aside).catch(() => undefined)
    throw error
  }
}

/** Opens the new file. Refuses the later of two concurrent commands, which would undo the earlier; a crash may leave a file. */
async function openAside(aside: string, file: string): Promise<FileHandle> {
  const left = await stat(aside).catch(() => undefined)
  if (left && left.mtimeMs < Date.now() - staleSeconds * 1000) await unlink(aside)
  return await open(aside, 'wx', 0o600).catch((cause) => {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    throw new Error(isTaken ? `Another command is writing ${file}. Try again.` : `${aside} cannot be written.`, {
      cause,
    })
  })
}

async function keepOwner(file: string, handle: FileHandle): Promise<void> {
  if (!existsSync(file) || process.getuid?.() !== 0) return
  const { uid, gid } = await stat(file)
  await handle.chown(uid, gid)
}
