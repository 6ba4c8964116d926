import { epochSeconds, uint32, varint, writeSigned } from './byte-writing.ts'
import type { RetiredReason } from './offline-verify.ts'
import type { SigningKeys } from './signing-keys.ts'
import { packTicketCode } from './ticket-code.ts'

/** The revoked codes of an event, number `after` + 1 to `through`; `latest` is the last number assigned so far. */
export interface RevocationList {
  eventId: number
  after: number
  through: number
  latest: number
  issuedAt: Date
  expiresAt: Date
  retired: { ticketCode: string; reason: RetiredReason }[]
}

const version = 1
const supersededBit = 0x10

/**
 * Signs a revocation list: `TR1:` and base64url of version(1) kid(1) eventId after through latest (varints)
 * issuedAt(4) expiry(4) count (varint), 8 bytes a code, and the Ed25519 signature(64). See token-format.md.
 */
export function signRevocationList({ signing }: SigningKeys, list: RevocationList): string {
  const body = Buffer.concat([
    Uint8Array.of(version, signing.kid),
    ...[list.eventId, list.after, list.through, list.latest].map(varint),
    uint32(epochSeconds(list.issuedAt)),
    uint32(epochSeconds(list.expiresAt)),
    varint(list.retired.length),
    ...list.retired.map(entry),
  ])
  return writeSigned('TR1:', body, signing)
}

function entry({ ticketCode, reason }: RevocationList['retired'][number]): Uint8Array {
  const bytes = packTicketCode(ticketCode)
  if (reason === 'superseded') bytes[0] = (bytes[0] ?? 0) | supersededBit
  return bytes
}
