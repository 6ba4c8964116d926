import { sign } from 'node:crypto'
import { base32nopad } from '@scure/base'
import { epochSeconds, uint32, varint } from './byte-writing.ts'
import { jsonSignature, writeJsonPayload } from './json-payload.ts'
import { parseToken, type TokenFacts } from './offline-verify.ts'
import { type PayloadVerdict, verifyPayload } from './payload-verifier.ts'
import { type RevocationList, signRevocationList } from './revocation-list.ts'
import type { SigningKeys } from './signing-keys.ts'
import { packTicketCode } from './ticket-code.ts'

/** Is what a QR payload vouches for. Times count in whole seconds; the JSON form carries no expiry. */
export type TicketFacts = TokenFacts

/** Names the two forms of a QR payload. */
export type PayloadFormat = 'compact' | 'json'

/** Is one public key in JWK form (RFC 8037). */
export interface PublicJwk {
  kty: 'OKP'
  crv: 'Ed25519'
  x: string
  kid: string
  use: 'sig'
  alg: 'EdDSA'
}

/** Signs and verifies QR payloads, signs revocation lists, and publishes the keys that verify both. */
export interface TicketSigner {
  sign(facts: TicketFacts, format: PayloadFormat): string
  verify(payload: string): PayloadVerdict
  /** Tells whether the key of a payload of ours is not retired, without looking at its signature. */
  isCurrent(payload: string): boolean
  /** Tells whether a key is not retired. */
  hasKey(kid: number): boolean
  signRevocations(list: RevocationList): string
  publicKeys(): { keys: PublicJwk[] }
}

const prefix = Buffer.from('TK1:')
const version = 1

/** Makes a signer that signs with the newest key and verifies with all that are not retired. Equal facts give equal payloads. */
export function makeTicketSigner(keys: SigningKeys): TicketSigner {
  const hasKey = (kid: number) => keys.verifying.has(kid)
  return {
    sign: (facts, format) =>
      format === 'compact' ? signCompact(keys, facts) : writeJsonPayload(facts, jsonSignature(keys.hmac, facts)),
    verify: (payload) => verifyPayload(keys, payload),
    isCurrent: (payload) => payload.startsWith('{') || hasKey(parseToken(payload)?.kid ?? -1),
    hasKey,
    signRevocations: (list) => signRevocationList(keys, list),
    publicKeys: () => ({
      keys: [...keys.verifying.values()].map(({ kid, x }) => ({
        kty: 'OKP',
        crv: 'Ed25519',
        x,
        kid: String(kid),
        use: 'sig',
        alg: 'EdDSA',
      })),
    }),
  }
}

/**
 * Makes a compact token: `TK1:` and base32 (RFC 4648, no padding) of version(1) kid(1) code(8) eventId and guestId (unsigned
 * LEB128) issuedAt(4) expiry(4, 0 for none), both in seconds since 1970, and the Ed25519 signature(64) over the prefix and all
 * bytes before it. See token-format.md.
 */
function signCompact({ signing }: SigningKeys, facts: TicketFacts): string {
  const body = Buffer.concat([
    Uint8Array.of(version, signing.kid),
    packTicketCode(facts.ticketCode),
    varint(facts.eventId),
    varint(facts.guestId),
    uint32(epochSeconds(facts.issuedAt)),
    uint32(facts.expiresAt ? epochSeconds(facts.expiresAt) : 0),
  ])
  const signature = sign(null, Buffer.concat([prefix, body]), signing.privateKey)
  return prefix.toString() + base32nopad.encode(Buffer.concat([body, signature]))
}
