import { stat } from 'node:fs/promises'
import { fileCheckSeconds } from '../contract/retries.ts'
import { readSigningKeys, type SigningKeys } from './signing-keys.ts'

/** Returns the current keys: the same object while they do not change. @throws Error when they cannot be read. */
export type KeyRing = () => Promise<SigningKeys>

/** A value with the version of its source. */
export interface Versioned<Value> {
  version: string
  value: Value
}

/**
 * Caches what `look` reads, and looks again after `checkSeconds`, so that a change takes effect without a
 * restart. `look` gets the known value and returns the same object while nothing has changed.
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
    // By the time of day: a monotonic clock may stop while a function is frozen.
    if (known && Math.abs(Date.now() - checkedAt) < checkSeconds * 1000) return Promise.resolve(known.value)
    checking ??= check().finally(() => {
      checking = undefined
    })
    return checking
  }
}

/** Opens the keys in a file, which is checked for changes at most every `checkSeconds`. */
export function openKeyFile(file: string, checkSeconds = fileCheckSeconds): KeyRing {
  return keepCurrent(async (known) => {
    const version = await versionOf(file)
    return known?.version === version ? known : { version, value: await readSigningKeys(file) }
  }, checkSeconds)
}

/** Identifies a file's content: a replaced file has another inode, even within the same tick of the clock. */
async function versionOf(file: string): Promise<string> {
  // If the file is missing, reading it explains so.
  const found = await stat(file, { bigint: true }).catch(() => undefined)
  return `${found?.ino} ${found?.mtimeNs} ${found?.size}`
}
