import { stat } from 'node:fs/promises'
import { fileCheckSeconds } from '../contract/retries.ts'
import { readSigningKeys, type SigningKeys } from './signing-keys.ts'

/** Returns the current keys, the same object while they do not change. @throws Error when unreadable. */
export type KeyRing = () => Promise<SigningKeys>

/** A value with the version of its source. */
export interface Versioned<Value> {
  version: string
  value: Value
}

/**
 * Keeps what `look` reads, and looks again after `checkSeconds`, so that a change counts without a restart.
 * `look` gets the known value and returns the same object while nothing has changed.
 */
export function keepCurrent<Value>(
  look: (known: Versioned<Value> | undefined) => Promise<Versioned<Value>>,
  checkSeconds: number,
): () => Promise<Value> {
  let known: Versioned<Value> | undefined
  let checking: Promise<Value> | undefined
  let checkedAt = 0
  const check = async () => {
    known = await look(known)
    checkedAt = Date.now()
    return known.value
  }
  return () => {
    // A function that slept looks at the time of day, since its own clock may have slept too.
    if (known && Math.abs(Date.now() - checkedAt) < checkSeconds * 1000) return Promise.resolve(known.value)
    checking ??= check().finally(() => {
      checking = undefined
    })
    return checking
  }
}

/** Opens the keys of a file. Whether the file has changed is looked up at most every `checkSeconds`. */
export function openKeyFile(file: string, checkSeconds = fileCheckSeconds): KeyRing {
  return keepCurrent(async (known) => {
    const version = await versionOf(file)
    return known?.version === version ? known : { version, value: await readSigningKeys(file) }
  }, checkSeconds)
}

/** A file that was replaced has another inode, even within the clock's grain. */
async function versionOf(file: string): Promise<string> {
  const { ino, mtimeNs, size } = await stat(file, { bigint: true }).catch((cause) => {
    throw new Error(`The signing keys cannot be read: ${file} (SIGNING_KEYS_FILE).`, { cause })
  })
  return `${ino} ${mtimeNs} ${size}`
}
