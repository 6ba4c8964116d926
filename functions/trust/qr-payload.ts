import { createHmac, sign, timingSafeEqual, verify } from 'node:crypto'
import { base32nopad } from '@scure/base'
import * as z from 'zod'
import { jsonText } from '../contract/json-text.ts'
import { compactPrefix, type PayloadFormat, payloadFormatOf } from '../contract/qr-payload.ts'
import { epochSeconds, uint32, varint } from './byte-writing.ts'
import { parseToken, type TokenFacts } from './offline-verify.ts'
import type { SigningKeys } from './signing-keys.ts'
import { packTicketCode } from './ticket-code.ts'

// Owns both formats of QR payloads; token-format.md specifies the compact one. offline-verify.ts has its own
// reader, since scanners get that file alone; test/trust/qr-payload.test.ts proves that both agree.

/** The facts a QR payload vouches for. Times have whole seconds; the JSON format carries no expiry. */
export type TicketFacts = TokenFacts

type Refusal = 'malformed' | 'unknown_key' | 'bad_signature'

/** The facts a QR payload vouches for, or the reason it vouches for none. Its expiry is not checked. */
export type PayloadVerdict = { facts: TicketFacts; reason: null } | { facts: null; reason: Refusal }

/** A parsed JSON payload, not verified yet. */
export interface JsonPayload {
  facts: TicketFacts
  signature: Buffer
}

/** Signs facts as a payload of a format. Equal facts give equal payloads. */
export function signPayload(keys: SigningKeys, facts: TicketFacts, format: PayloadFormat): string {
  return formats[format].sign(keys, facts)
}

/** Verifies a QR payload of any format. Each payload has one spelling; any other is malformed. */
export function verifyPayload(keys: SigningKeys, payload: string): PayloadVerdict {
  const format = payloadFormatOf(payload)
  return format ? formats[format].verify(keys, payload) : refused('malformed')
}

interface Format {
  sign(keys: SigningKeys, facts: TicketFacts): string
  verify(keys: SigningKeys, payload: string): PayloadVerdict
}

const formats: Record<PayloadFormat, Format> = {
  compact: {
    sign: ({ signing }, facts) => writeCompactPayload(signing.kid, facts, (content) => sign(null, content, signing.privateKey)),
    verify: ({ verifying }, payload) => {
      const token = parseToken(payload)
      if (!token) return refused('malformed')
      const key = verifying.get(token.kid)
      if (!key) return refused('unknown_key')
      const isSigned = verify(null, token.signedBytes, key.publicKey, token.signature)
      return isSigned ? { facts: token.facts, reason: null } : refused('bad_signature')
    },
  },
  json: {
    sign: ({ hmac }, facts) => writeJsonPayload(facts, jsonSignature(hmac, facts)),
    verify: ({ hmac }, payload) => {
      const read = readJsonPayload(payload)
      if (!read) return refused('malformed')
      const isSigned = timingSafeEqual(jsonSignature(hmac, read.facts), read.signature)
      return isSigned ? { facts: read.facts, reason: null } : refused('bad_signature')
    },
  },
}

function refused(reason: Refusal): PayloadVerdict {
  return { facts: null, reason }
}

const version = 1

/**
 * Writes a compact token: `TK1:` and base32 (RFC 4648, no padding) of version(1) kid(1) code(8), eventId and
 * guestId (unsigned LEB128), issuedAt(4) expiry(4, 0 for none) in seconds since 1970, and the Ed25519
 * signature(64), which `sign` makes over the prefix and all bytes before it.
 */
export function writeCompactPayload(kid: number, facts: TicketFacts, sign: (content: Buffer) => Uint8Array): string {
  const body = Buffer.concat([
    Uint8Array.of(version, kid),
    packTicketCode(facts.ticketCode),
    varint(facts.eventId),
    varint(facts.guestId),
    uint32(epochSeconds(facts.issuedAt)),
    uint32(facts.expiresAt ? epochSeconds(facts.expiresAt) : 0),
  ])
  const signature = sign(Buffer.concat([Buffer.from(compactPrefix), body]))
  return compactPrefix + base32nopad.encode(Buffer.concat([body, signature]))
}

/**
 * Writes the payload of a preview, as long as a real one and refused at every door. No key can have made its
 * signature, whose second half exceeds the limit of the number S (RFC 8032, section 5.1.7).
 */
export function writeSamplePayload(facts: Omit<TicketFacts, 'expiresAt'>): string {
  return writeCompactPayload(0, { ...facts, expiresAt: null }, () => Buffer.from('PREVIEW '.repeat(8)))
}

/** Reads the key id from a payload that this service has made; null for JSON, which an HMAC secret signs. */
export function keyIdOf(payload: string): number | null {
  // Eight characters are five whole bytes: version, key id and the first of the ticket code.
  if (!payload.startsWith(compactPrefix)) return null
  return base32nopad.decode(payload.slice(compactPrefix.length, compactPrefix.length + 8))[1] ?? null
}

/**
 * Returns the first characters of a key's compact tokens, which those of no other key share: version and key id
 * are 16 bits, and the 4 highest bits of the code, which are zero, complete the fourth character of 5 bits.
 */
export function compactHeadOf(kid: number): string {
  return compactPrefix + base32nopad.encode(Uint8Array.of(version, kid, 0)).slice(0, 4)
}

/**
 * Writes the payload of the original specification, "Génération de QR code". The order of the fields and the
 * absence of spaces are fixed, so that each payload has exactly one spelling.
 */
export function writeJsonPayload(facts: TicketFacts, signature: Buffer): string {
  const { ticketCode: ticketId, eventId, guestId } = facts
  return JSON.stringify({ ticketId, eventId, guestId, signature: signature.toString('hex'), timestamp: timestampOf(facts) })
}

/** Computes the signature of a JSON payload: the HMAC-SHA256 of its four other values, joined by `:`. */
function jsonSignature(secret: Buffer, facts: TicketFacts): Buffer {
  const { ticketCode, eventId, guestId } = facts
  return createHmac('sha256', secret)
    .update(`${ticketCode}:${eventId}:${guestId}:${timestampOf(facts)}`)
    .digest()
}

/** Reads a JSON payload; undefined unless it is spelled exactly as `writeJsonPayload` spells it. */
export function readJsonPayload(payload: string): JsonPayload | undefined {
  const parsed = jsonFields.safeParse(payload)
  if (!parsed.success) return undefined
  const { ticketId: ticketCode, eventId, guestId, timestamp } = parsed.data
  const signature = Buffer.from(parsed.data.signature, 'hex')
  const facts = { ticketCode, eventId, guestId, issuedAt: new Date(timestamp), expiresAt: null }
  return writeJsonPayload(facts, signature) === payload ? { facts, signature } : undefined
}

const jsonFields = jsonText(
  z.strictObject({
    ticketId: z.string().regex(/^TC-[0-9]{4}-[0-9A-HJKMNP-TV-Z]{12}$/),
    eventId: z.int().min(1),
    guestId: z.int().min(1),
    signature: z.string().regex(/^[0-9a-f]{64}$/),
    timestamp: z.iso.datetime({ precision: 0 }),
  }),
)

function timestampOf({ issuedAt }: TicketFacts): string {
  return new Date(epochSeconds(issuedAt) * 1000).toISOString().replace('.000Z', 'Z')
}
