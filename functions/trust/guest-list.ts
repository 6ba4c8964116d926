import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { writeSigned } from './byte-writing.ts'
import type { SigningKeys } from './signing-keys.ts'

/**
 * A ticket as a door stores it; absent values are left out. `digest` replaces the code, which the door learns
 * only when somebody presents it. An erased guest has no name. `checkedInAt` is the time of the last entry.
 */
export interface ListedGuest {
  ticketId: number
  digest: string
  state: 'valid' | 'revoked' | 'superseded'
  firstName?: string | undefined
  lastName?: string | undefined
  ticketType?: string | undefined
  validFrom?: string | undefined
  expiresAt?: string | undefined
  checkedInAt?: string | undefined
  place?: string | undefined
  entryCount?: number | undefined
  inside?: boolean | undefined
}

/** The tickets of an event that changed after `after`, up to `through`; the list is complete once that is `latest`. */
export interface GuestList {
  eventId: number
  after: number
  through: number
  latest: number
  issuedAt: string
  guests: ListedGuest[]
}

const version = 1

/**
 * Signs a guest list: `TG1:` and base64url of version(1) kid(1), the list as JSON compressed by DEFLATE (RFC 1951),
 * and the Ed25519 signature(64) over the prefix and all bytes before it.
 */
export function signGuestList({ signing }: SigningKeys, list: GuestList): string {
  const body = Buffer.concat([Uint8Array.of(version, signing.kid), deflateRawSync(JSON.stringify(list))])
  return writeSigned('TG1:', body, signing)
}

/** Computes the digest of a ticket code: the first 9 bytes of SHA-256 over `<eventId>:<code>`, in base64. */
export function digestCode(eventId: number, ticketCode: string): string {
  return createHash('sha256').update(`${eventId}:${ticketCode}`).digest().subarray(0, 9).toString('base64')
}
