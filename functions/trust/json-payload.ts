import { createHmac } from 'node:crypto'
import { epochSeconds } from './byte-writing.ts'
import type { TokenFacts } from './offline-verify.ts'

/** Computes the signature of a JSON payload: HMAC-SHA256 over its four other values, joined by `:`. */
export function jsonSignature(secret: Buffer, facts: TokenFacts): Buffer {
  const { ticketCode, eventId, guestId } = facts
  return createHmac('sha256', secret)
    .update(`${ticketCode}:${eventId}:${guestId}:${timestampOf(facts)}`)
    .digest()
}

/**
 * Writes the original specification's payload, "Génération de QR code", with the signature in 64 hex digits. There is no other way to
 * write it: this order, no spaces.
 */
export function writeJsonPayload(facts: TokenFacts, signature: Buffer): string {
  const { ticketCode: ticketId, eventId, guestId } = facts
  return JSON.stringify({ ticketId, eventId, guestId, signature: signature.toString('hex'), timestamp: timestampOf(facts) })
}

function timestampOf({ issuedAt }: TokenFacts): string {
  return new Date(epochSeconds(issuedAt) * 1000).toISOString().replace('.000Z', 'Z')
}
