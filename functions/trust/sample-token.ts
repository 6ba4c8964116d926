import { base32nopad } from '@scure/base'
import { epochSeconds, uint32, varint } from './byte-writing.ts'
import { packTicketCode } from './ticket-code.ts'

/**
 * Writes what the QR codes of previews hold: a token as long as a real one, so that it looks like one, which no door takes. In place of a
 * signature stand letters that are none under any key: read as Ed25519's number S they are past its limit (RFC 8032, section 5.1.7).
 */
export function makeSampleToken(facts: { ticketCode: string; eventId: number; guestId: number; issuedAt: Date }): string {
  const body = Buffer.concat([
    Uint8Array.of(1, 0),
    packTicketCode(facts.ticketCode),
    varint(facts.eventId),
    varint(facts.guestId),
    uint32(epochSeconds(facts.issuedAt)),
    uint32(0),
    Buffer.from('PREVIEW '.repeat(8)),
  ])
  return `TK1:${base32nopad.encode(body)}`
}
