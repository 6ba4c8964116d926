import { createHmac, timingSafeEqual, verify } from 'node:crypto'
import { parseToken } from './offline-verify.ts'
import { isJsonPayload, jsonSignedText, readJsonPayload, type TicketFacts } from './qr-payload.ts'
import type { SigningKeys } from './signing-keys.ts'

/** The facts a QR payload vouches for, or the reason it vouches for none. Its expiry is not checked. */
export type PayloadVerdict =
  | { facts: TicketFacts; reason: null }
  | { facts: null; reason: 'malformed' | 'unknown_key' | 'bad_signature' }

/** Verifies a QR payload of either format. Each payload has one spelling; any other is malformed. */
export function verifyPayload(keys: SigningKeys, payload: string): PayloadVerdict {
  return isJsonPayload(payload) ? verifyJson(keys, payload) : verifyCompact(keys, payload)
}

/** Computes the signature of a JSON payload: HMAC-SHA256. */
export function signJson(secret: Buffer, facts: TicketFacts): Buffer {
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
