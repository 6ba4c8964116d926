import { base32nopad } from '@scure/base'
import * as z from 'zod'
import { compactPrefix, jsonPrefix } from '../contract/qr-payload.ts'
import { epochSeconds, uint32, varint } from './byte-writing.ts'
import type { TokenFacts } from './offline-verify.ts'
import { packTicketCode } from './ticket-code.ts'

// Owns both formats of QR payloads; token-format.md specifies the compact one. offline-verify.ts has its own
// reader, since scanners get that file alone; test/trust/qr-payload.test.ts proves that both agree.

/** The facts a QR payload vouches for. Times have whole seconds; the JSON format carries no expiry. */
export type TicketFacts = TokenFacts

/** The name of a QR payload's format. */
export type PayloadFormat = 'compact' | 'json'

/** A JSON payload taken apart; its signature is not checked yet. */
export interface JsonPayload {
  facts: TicketFacts
  signature: Buffer
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
 * Writes the payload of a preview, as long as a real one and refused at every door: as the number S of
 * Ed25519, its letters exceed the limit (RFC 8032, section 5.1.7), so no key can have made them.
 */
export function writeSamplePayload(facts: Omit<TicketFacts, 'expiresAt'>): string {
  return writeCompactPayload(0, { ...facts, expiresAt: null }, () => Buffer.from('PREVIEW '.repeat(8)))
}

/** Reads the key id from a payload of ours; null for JSON, which an HMAC secret signs. */
export function keyIdOf(payload: string): number | null {
  // Eight characters are five whole bytes: version, key id and the first of the ticket code.
  if (!payload.startsWith(compactPrefix)) return null
  return base32nopad.decode(payload.slice(compactPrefix.length, compactPrefix.length + 8))[1] ?? null
}

/**
 * Returns the first characters of the compact tokens of a key, and of no other: version and key id make 16
 * bits, and the 4 highest bits of the code are zero, which completes the fourth character of 5 bits.
 */
export function compactHeadOf(kid: number): string {
  return compactPrefix + base32nopad.encode(Uint8Array.of(version, kid, 0)).slice(0, 4)
}

/** Returns whether a payload is in the JSON format. */
export function isJsonPayload(payload: string): boolean {
  return payload.startsWith(jsonPrefix)
}

/**
 * Writes the payload of the original specification, "Génération de QR code". The order of the fields and the
 * absence of spaces are fixed, so that each payload has one spelling.
 */
export function writeJsonPayload(facts: TicketFacts, signature: Buffer): string {
  const { ticketCode: ticketId, eventId, guestId } = facts
  return JSON.stringify({ ticketId, eventId, guestId, signature: signature.toString('hex'), timestamp: timestampOf(facts) })
}

/** Returns the text that the HMAC of a JSON payload covers: its four other values, joined by `:`. */
export function jsonSignedText(facts: TicketFacts): string {
  const { ticketCode, eventId, guestId } = facts
  return `${ticketCode}:${eventId}:${guestId}:${timestampOf(facts)}`
}

/** Reads a JSON payload; undefined unless it is spelled exactly as `writeJsonPayload` spells it. */
export function readJsonPayload(payload: string): JsonPayload | undefined {
  const parsed = jsonFields.safeParse(parseJson(payload))
  if (!parsed.success) return undefined
  const { ticketId: ticketCode, eventId, guestId, timestamp } = parsed.data
  const signature = Buffer.from(parsed.data.signature, 'hex')
  const facts = { ticketCode, eventId, guestId, issuedAt: new Date(timestamp), expiresAt: null }
  return writeJsonPayload(facts, signature) === payload ? { facts, signature } : undefined
}

const jsonFields = z.strictObject({
  ticketId: z.string().regex(/^TC-[0-9]{4}-[0-9A-HJKMNP-TV-Z]{12}$/),
  eventId: z.int().min(1),
  guestId: z.int().min(1),
  signature: z.string().regex(/^[0-9a-f]{64}$/),
  timestamp: z.iso.datetime({ precision: 0 }),
})

function timestampOf({ issuedAt }: TicketFacts): string {
  return new Date(epochSeconds(issuedAt) * 1000).toISOString().replace('.000Z', 'Z')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
