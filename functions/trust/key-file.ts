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

/**
 * Reads a key file.
 * @throws Error when it is missing or not what `ensureKeyFile` makes; the message shows no secret.
 */
export async function readKeyFile(file: string): Promise<KeySet> {
  const content = await readFile(file, 'utf8').catch((cause) => {
    throw new Error(`The signing keys cannot be read: ${file} (SIGNING_KEYS_FILE).`, { cause })
  })
  return parseKeySet(content, file)
}

/**
 * Makes sure that the file holds signing keys: one Ed25519 key with kid 1 and two HMAC secrets of 256 bits, mode 0600.
 * A file that exists is left as it is.
 */
export async function ensureKeyFile(file: string): Promise<void> {
  if (!existsSync(file)) await replaceFile(file, makeKeySet())
}

/**
 * Adds a key, which signs from now on; the others still verify.
 * @throws Error when the file cannot be read or written, or names all 256 kids.
 */
export async function rotateKey(file: string): Promise<StoredKey> {
  const { keys, outcome } = addKey(await readKeyFile(file))
  await replaceFile(file, keys)
  return outcome
}

/**
 * Retires a key: nothing it signed counts any more, and its private part is deleted. Where it is the last that signs, a new one is made
 * by the same write. Retiring a retired key changes nothing.
 * @throws Error when no key has this kid, or the file cannot be read or written.
 */
export async function retireKey(file: string, kid: number): Promise<Retirement> {
  const before = await readKeyFile(file)
  const { keys, outcome } = withdrawKey(before, kid, file)
  if (keys !== before) await replaceFile(file, keys)
  return outcome
}

/** Writes the file beside its place and moves it there, so that no reader sees half of it; its owner stays. */
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

/** Of two commands at once one is refused, since the later would undo what the earlier wrote. What a crash left is no command. */
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
