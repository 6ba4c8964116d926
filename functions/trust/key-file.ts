import { existsSync } from 'node:fs'
import { type FileHandle, open, readFile, rename, stat, unlink } from 'node:fs/promises'
import {
  addKey,
  type KeySet,
  makeKeySet,
  parseKeySet,
  type Retirement,
  type StoredKey,
  withdrawKey,
  writeKeySet,
} from './key-set.ts'

const staleSeconds = 10

/** Reads a key file. @throws Error when it is missing or malformed; the message shows no secret. */
export async function readKeyFile(file: string): Promise<KeySet> {
  const content = await readFile(file, 'utf8').catch((cause) => {
    throw new Error(`The signing keys cannot be read: ${file} (SIGNING_KEYS_FILE).`, { cause })
  })
  return parseKeySet(content, file)
}

/** Creates a key file (mode 0600) with one Ed25519 key and two HMAC secrets, unless it exists. */
export async function ensureKeyFile(file: string): Promise<void> {
  if (!existsSync(file)) await replaceFile(file, makeKeySet())
}

/**
 * Adds a key, which signs from now on; the others still verify. @throws Error as `addKey` or `readKeyFile`.
 */
export async function rotateKey(file: string): Promise<StoredKey> {
  const { keys, outcome } = addKey(await readKeyFile(file))
  await replaceFile(file, keys)
  return outcome
}

/** Retires a key: nothing it signed counts any more. Idempotent. @throws Error as `withdrawKey`. */
export async function retireKey(file: string, kid: number): Promise<Retirement> {
  const before = await readKeyFile(file)
  const { keys, outcome } = withdrawKey(before, kid, file)
  if (keys !== before) await replaceFile(file, keys)
  return outcome
}

/** Writes the file aside and moves it into place, so that no reader sees half of it; its owner stays. */
async function replaceFile(file: string, keys: KeySet): Promise<void> {
  const aside = `${file}.new`
  const handle = await openAside(aside, file)
  try {
    await keepOwner(file, handle)
    await handle.writeFile(writeKeySet(keys))
    await handle.sync()
    await handle.close()
    await rename(aside, file)
  } catch (error) {
    await handle.close().catch(() => undefined)
    await unlink(aside).catch(() => undefined)
    throw error
  }
}

/** Refuses the later of two concurrent commands, which would undo the earlier. A crash may leave a file. */
async function openAside(aside: string, file: string): Promise<FileHandle> {
  const left = await stat(aside).catch(() => undefined)
  if (left && left.mtimeMs < Date.now() - staleSeconds * 1000) await unlink(aside)
  return await open(aside, 'wx', 0o600).catch((cause) => {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    throw new Error(isTaken ? `Another command writes ${file} at this moment. Try again.` : `${aside} cannot be written.`, {
      cause,
    })
  })
}

async function keepOwner(file: string, handle: FileHandle): Promise<void> {
  if (!existsSync(file) || process.getuid?.() !== 0) return
  const { uid, gid } = await stat(file)
  await handle.chown(uid, gid)
}
