import { createHmac, sign, timingSafeEqual, verify } from 'node:crypto'
import type * as z from 'zod'
import type { jwkSet } from '../contract/schemas/answers.ts'
import { parseToken } from './offline-verify.ts'
import {
  isJsonPayload,
  jsonSignedText,
  keyIdOf,
  type PayloadFormat,
  readJsonPayload,
  type TicketFacts,
  writeCompactPayload,
  writeJsonPayload,
} from './qr-payload.ts'
import { type RevocationList, signRevocationList } from './revocation-list.ts'
import type { SigningKeys, VerifyingKey } from './signing-keys.ts'

/** Signs and verifies QR payloads, signs revocation lists, and publishes the keys that verify both. */
export interface TicketSigner {
  sign(facts: TicketFacts, format: PayloadFormat): string
  verify(payload: string): PayloadVerdict
  /** Returns whether the key of a payload of ours is still accepted, without checking the signature. */
  isCurrent(payload: string): boolean
  /** Returns whether a key exists and is not retired. */
  hasKey(kid: number): boolean
  signRevocations(list: RevocationList): string
  publicKeys(): z.output<typeof jwkSet>
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
    publicKeys: () => {
      const jwk = ({ kid, x }: VerifyingKey) =>
        ({ kty: 'OKP', crv: 'Ed25519', x, kid: String(kid), use: 'sig', alg: 'EdDSA' }) as const
      return { keys: [...keys.verifying.values()].map(jwk) }
    },
  }
}

function signCompact({ signing }: SigningKeys, facts: TicketFacts): string {
  return writeCompactPayload(signing.kid, facts, (content) => sign(null, content, signing.privateKey))
}

/** The facts a QR payload vouches for, or the reason it vouches for none. Its expiry is not checked. */
export type PayloadVerdict =
  | { facts: TicketFacts; reason: null }
  | { facts: null; reason: 'malformed' | 'unknown_key' | 'bad_signature' }

/** Verifies a QR payload of either format. Each payload has one spelling; any other is malformed. */
function verifyPayload(keys: SigningKeys, payload: string): PayloadVerdict {
  return isJsonPayload(payload) ? verifyJson(keys, payload) : verifyCompact(keys, payload)
}

/** Computes the signature of a JSON payload: HMAC-SHA256. */
function signJson(secret: Buffer, facts: TicketFacts): Buffer {
  return createHmac('sha256', secret).update(jsonSignedText(facts)).digest()
}

function verifyCompact({ verifying }: SigningKeys, payload: string): PayloadVerdict {
  const token = parseToken(payload)
  if (!token) return { facts: null, reason: 'malformed' }
  const key = verifying.get(token.kid)
  if (!key) return { facts: null, reason: 'unknown_key' }
  if (!verify(null, token.signedBytes, key.publicKey, token.signature)) return { facts: null, reason: 'bad_signature' }
  return { facts: token.facts, reason: null }
}

function verifyJson({ hmac }: SigningKeys, payload: string): PayloadVerdict {
  const read = readJsonPayload(payload)
  if (!read) return { facts: null, reason: 'malformed' }
  if (!timingSafeEqual(signJson(hmac, read.facts), read.signature)) return { facts: null, reason: 'bad_signature' }
  return { facts: read.facts, reason: null }
}
