import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readKeyFile } from './key-file.ts'
import type { KeySet, StoredKey } from './key-set.ts'

/** An Ed25519 public key with its one-byte id in tokens. `x` is the key in base64url. */
export interface VerifyingKey {
  kid: number
  x: string
  publicKey: KeyObject
}

/**
 * The keys of the service: the Ed25519 key that signs, all keys that verify, and the HMAC secrets of JSON
 * payloads (`hmac`) and of guest links and door passes (`links`). A retired key neither signs nor verifies.
 */
export interface SigningKeys {
  signing: { kid: number; createdAt: Date; privateKey: KeyObject }
  verifying: ReadonlyMap<number, VerifyingKey>
  /** The ids of all keys, retired ones included. */
  kids: ReadonlySet<number>
  hmac: Buffer
  links: Buffer
}

/** Reads the keys from their file. @throws Error as `readKeyFile` and `importKeys`. */
export async function readSigningKeys(file: string): Promise<SigningKeys> {
  return importKeys(await readKeyFile(file), file)
}

/**
 * Prepares a key set: the newest key that is not retired signs, all that are not retired verify.
 * @throws Error when every key of `place` is retired.
 */
export function importKeys({ ed25519, hmac, links }: KeySet, place: string): SigningKeys {
  const active = ed25519.filter((key) => !key.retiredAt)
  const newest = active.at(-1)
  if (!newest?.jwk.d) throw new Error(`Every signing key in ${place} is retired. Add one with "tickets keys rotate".`)
  return {
    signing: {
      kid: newest.kid,
      createdAt: new Date(newest.createdAt),
      privateKey: createPrivateKey({ key: { ...newest.jwk, d: newest.jwk.d }, format: 'jwk' }),
    },
    verifying: new Map(active.map((key) => [key.kid, verifyingKey(key)])),
    kids: new Set(ed25519.map(({ kid }) => kid)),
    hmac: Buffer.from(hmac, 'base64'),
    links: Buffer.from(links, 'base64'),
  }
}

function verifyingKey({ kid, jwk: { kty, crv, x } }: StoredKey): VerifyingKey {
  return { kid, x, publicKey: createPublicKey({ key: { kty, crv, x }, format: 'jwk' }) }
}
