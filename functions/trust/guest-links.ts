import { createHmac, timingSafeEqual } from 'node:crypto'
import { TicketGenerationError } from '../errors.ts'

/** Names what a guest link opens; it is the first part of the link's path. */
export type LinkPurpose = 'qr' | 'pdf'

/** Makes and checks the signed links that guests open without a login. */
export interface GuestLinks {
  /** Makes the link of a ticket, good for the configured lifetime from now. */
  make(purpose: LinkPurpose, ticketId: number): string
  /**
   * Checks the parameters a link came with.
   * @throws ForbiddenLinkError when the signature does not cover this purpose, ticket and expiry.
   * @throws LinkExpiredError when the link is past its time.
   */
  check(purpose: LinkPurpose, ticketId: number, query: { expires?: string | undefined; signature?: string | undefined }): void
}

/** Says that a guest link is not one that this service made. */
export class ForbiddenLinkError extends TicketGenerationError {
  constructor() {
    super('The signature of this link is missing or wrong.', 'FORBIDDEN')
  }
}

/** Says that a guest link is past its time, or its ticket retired. */
export class LinkExpiredError extends TicketGenerationError {
  constructor(message = 'This link is past its time. Ask for a new one.') {
    super(message, 'LINK_EXPIRED')
  }
}

/** Makes the links' maker and checker. The signature is HMAC-SHA256 over purpose, ticket id and expiry, in base64url. */
export function makeGuestLinks(options: { secret: Buffer; publicUrl: string; lifetimeDays: number }): GuestLinks {
  const base = options.publicUrl.replace(/\/+$/, '')
  const signatureOf = (purpose: LinkPurpose, ticketId: number, expires: string) =>
    createHmac('sha256', options.secret).update(`${purpose}:${ticketId}:${expires}`).digest('base64url')
  return {
    make(purpose, ticketId) {
      const expires = String(Math.floor(Date.now() / 1000) + options.lifetimeDays * 86_400)
      return `${base}/${purpose}/${ticketId}?expires=${expires}&signature=${signatureOf(purpose, ticketId, expires)}`
    },
    check(purpose, ticketId, { expires = '', signature = '' }) {
      const expected = Buffer.from(signatureOf(purpose, ticketId, expires))
      const given = Buffer.from(signature)
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new ForbiddenLinkError()
      if (Number(expires) * 1000 < Date.now()) throw new LinkExpiredError()
    },
  }
}
