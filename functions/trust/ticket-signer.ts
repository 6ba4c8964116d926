import { sign } from 'node:crypto'
import { type PayloadVerdict, signJson, verifyPayload } from './payload-verifier.ts'
import { keyIdOf, type PayloadFormat, type TicketFacts, writeCompactPayload, writeJsonPayload } from './qr-payload.ts'
import { type RevocationList, signRevocationList } from './revocation-list.ts'
import type { SigningKeys } from './signing-keys.ts'

/** A public key in JWK form (RFC 8037). */
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
  /** Returns whether the key of a payload of ours is still accepted, without checking the signature. */
  isCurrent(payload: string): boolean
  /** Returns whether a key exists and is not retired. */
  hasKey(kid: number): boolean
  signRevocations(list: RevocationList): string
  publicKeys(): { keys: PublicJwk[] }
}

/**
 * Makes a signer with the newest key, and a verifier with all that are not retired. Signing is deterministic.
 */
export function makeTicketSigner(keys: SigningKeys): TicketSigner {
  const hasKey = (kid: number) => keys.verifying.has(kid)
  return {
    sign: (facts, format) =>
      format === 'compact' ? signCompact(keys, facts) : writeJsonPayload(facts, signJson(keys.hmac, facts)),
    verify: (payload) => verifyPayload(keys, payload),
    isCurrent: (payload) => {
      const kid = keyIdOf(payload)
      return kid === null || hasKey(kid)
    },
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

function signCompact({ signing }: SigningKeys, facts: TicketFacts): string {
  return writeCompactPayload(signing.kid, facts, (content) => sign(null, content, signing.privateKey))
}
