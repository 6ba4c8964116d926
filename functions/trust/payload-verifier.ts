import { timingSafeEqual, verify } from 'node:crypto'
import * as z from 'zod'
import { jsonSignature, writeJsonPayload } from './json-payload.ts'
import { parseToken, type TokenFacts } from './offline-verify.ts'
import type { SigningKeys } from './signing-keys.ts'

/** Is what a QR payload comes to: the facts it vouches for, or why it vouches for nothing. Its time is not looked at. */
export type PayloadVerdict =
  | { facts: TokenFacts; reason: null }
  | { facts: null; reason: 'malformed' | 'unknown_key' | 'bad_signature' }

const jsonFields = z.strictObject({
  ticketId: z.string().regex(/^TC-[0-9]{4}-[0-9A-HJKMNP-TV-Z]{12}$/),
  eventId: z.int().min(1),
  guestId: z.int().min(1),
  signature: z.string().regex(/^[0-9a-f]{64}$/),
  timestamp: z.iso.datetime({ precision: 0 }),
})

/** Verifies a QR payload of either form. There is one way to write each payload; any other is malformed. */
export function verifyPayload(keys: SigningKeys, payload: string): PayloadVerdict {
  return payload.startsWith('{') ? verifyJson(keys, payload) : verifyCompact(keys, payload)
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
  const parsed = jsonFields.safeParse(parseJson(payload))
  if (!parsed.success) return { facts: null, reason: 'malformed' }
  const { ticketId, eventId, guestId, timestamp } = parsed.data
  const signature = Buffer.from(parsed.data.signature, 'hex')
  const facts = { ticketCode: ticketId, eventId, guestId, issuedAt: new Date(timestamp), expiresAt: null }
  if (writeJsonPayload(facts, signature) !== payload) return { facts: null, reason: 'malformed' }
  if (!timingSafeEqual(jsonSignature(hmac, facts), signature)) return { facts: null, reason: 'bad_signature' }
  return { facts, reason: null }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
