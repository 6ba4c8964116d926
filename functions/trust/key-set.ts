import { generateKeyPairSync, randomBytes } from 'node:crypto'
import * as z from 'zod'
import { jsonText } from '../contract/json-text.ts'

const secret = z.base64().min(44)
const key = z
  .strictObject({
    kid: z.int().min(0).max(255),
    createdAt: z.iso.datetime(),
    retiredAt: z.iso.datetime().optional(),
    jwk: z.strictObject({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.base64url().length(43),
      d: z.base64url().length(43).optional(),
    }),
  })
  .refine(({ retiredAt, jwk }) => retiredAt || jwk.d, {
    path: ['jwk', 'd'],
    message: 'is missing from a key that is not retired',
  })
const keySet = z.strictObject({
  ed25519: z
    .array(key)
    .min(1)
    .refine((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length, 'has the same key id (kid) twice')
    .transform((keys) => keys.toSorted((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt))),
  hmac: secret,
  links: secret,
})

/** The content of a key file or secret: Ed25519 keys, oldest first, and two HMAC secrets in base64. */
export type KeySet = z.output<typeof keySet>

/** One Ed25519 key of a key set. */
export type StoredKey = KeySet['ed25519'][number]

/** Parses the JSON of a key set. `place` is for the message. @throws Error that shows no secret. */
export function parseKeySet(content: string, place: string): KeySet {
  const parsed = jsonText(keySet).safeParse(content)
  if (parsed.success) return parsed.data
  throw new Error(`The signing keys in ${place} are malformed at ${parsed.error.issues[0]?.path.join('.')}.`)
}

/** Writes a key set as the JSON that `parseKeySet` reads. */
export function writeKeySet(keys: KeySet): string {
  return `${JSON.stringify(keys, null, 2)}\n`
}

/** Makes a key set: one Ed25519 key with kid 1 and two HMAC secrets of 256 bits. */
export function makeKeySet(): KeySet {
  const newSecret = () => randomBytes(32).toString('base64')
  return { ed25519: [makeKey(1)], hmac: newSecret(), links: newSecret() }
}

/** A changed key set, and what the change did. */
export interface KeyChange<Outcome> {
  keys: KeySet
  outcome: Outcome
}

/** Adds a key, which signs from now on; the others still verify. @throws Error when all 256 kids are taken. */
export function addKey(keys: KeySet): KeyChange<StoredKey> {
  const added = makeKey(nextKid(keys))
  return { keys: { ...keys, ed25519: [...keys.ed25519, added] }, outcome: added }
}

/** The outcome of retiring a key: the key, and the one added because no other could sign. */
export interface Retirement {
  retired: StoredKey
  added: StoredKey | undefined
}

/**
 * Retires a key and deletes its private part; adds a new one if no other can sign. Returns the same set if the
 * key is retired already. `place` is for the message. @throws Error when no key has this kid.
 */
export function retireKey(keys: KeySet, kid: number, place: string): KeyChange<Retirement> {
  const found = keys.ed25519.find((stored) => stored.kid === kid)
  if (!found) throw new Error(`No key in ${place} has the id ${kid}.`)
  if (found.retiredAt) return { keys, outcome: { retired: found, added: undefined } }
  const { kty, crv, x } = found.jwk
  const retired = { ...found, retiredAt: new Date().toISOString(), jwk: { kty, crv, x } }
  const others = keys.ed25519.filter((stored) => stored !== found)
  const added = others.some((stored) => !stored.retiredAt) ? undefined : makeKey(nextKid(keys))
  return { keys: { ...keys, ed25519: [...others, retired, ...(added ? [added] : [])] }, outcome: { retired, added } }
}

function makeKey(kid: number): StoredKey {
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  return { kid, createdAt: new Date().toISOString(), jwk: { kty: 'OKP', crv: 'Ed25519', x, d } }
}

/** Finds a free kid. None is ever reused: tokens of a retired key must not find another one. */
function nextKid({ ed25519 }: KeySet): number {
  const taken = new Set(ed25519.map(({ kid }) => kid))
  const free = Array.from({ length: 256 }, (_, at) => (Math.max(...taken) + 1 + at) % 256).find((kid) => !taken.has(kid))
  if (free === undefined) throw new Error('All 256 key ids are taken. Remove keys whose tickets nobody holds any more.')
  return free
}
