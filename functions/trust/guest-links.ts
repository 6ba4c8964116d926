import { createHmac, timingSafeEqual } from 'node:crypto'
import type { WalletType } from '../contract/environment.ts'
import { errorClass, TicketGenerationError } from '../errors.ts'

/** What a guest link opens: the first part of its path. */
export type LinkPurpose = 'qr' | 'pdf' | 'png' | 't' | 'calendar' | 'wallet'

/** Makes and checks the signed links that guests open without a login. */
export interface GuestLinks {
  /** Makes a link for the configured lifetime, or until the `expires` of the link it comes with. */
  make(purpose: LinkPurpose, ticketId: number, expires?: string): string
  /** Makes the links that put a ticket into the wallets that are offered; null for the others. */
  makeWallets(ticketId: number, expires?: string): Record<WalletType, string | null>
  /** Checks the parameters of a link. @throws ForbiddenLinkError or LinkExpiredError. */
  check(purpose: LinkPurpose, ticketId: number, query: { expires?: string | undefined; signature?: string | undefined }): void
}

/** An error for a guest link that this service did not sign. */
export class ForbiddenLinkError extends TicketGenerationError {
  constructor() {
    super('The signature of this link is missing or wrong.', 'FORBIDDEN')
  }
}

/** An error for a guest link that has expired, or whose ticket was revoked. */
export const LinkExpiredError = errorClass(
  'LINK_EXPIRED',
  (reason: string = 'This link has expired. Ask for a new one.') => reason,
)

/**
 * Makes the links' maker and checker. They are signed with HMAC-SHA256 over purpose, ticket id and expiry.
 */
export function makeGuestLinks(options: {
  secret: Buffer
  publicUrl: string
  lifetimeDays: number
  wallets?: readonly WalletType[]
}): GuestLinks {
  const base = options.publicUrl.replace(/\/+$/, '')
  const signatureOf = (purpose: LinkPurpose, ticketId: number, expires: string) =>
    createHmac('sha256', options.secret).update(`${purpose}:${ticketId}:${expires}`).digest('base64url')
  const laterOn = () => String(Math.floor(Date.now() / 1000) + options.lifetimeDays * 86_400)
  const make = (purpose: LinkPurpose, ticketId: number, expires = laterOn()) =>
    `${base}/${purpose}/${ticketId}?expires=${expires}&signature=${signatureOf(purpose, ticketId, expires)}`
  return {
    make,
    makeWallets(ticketId, expires) {
      const linkOf = (type: WalletType) =>
        options.wallets?.includes(type) ? `${make('wallet', ticketId, expires)}&type=${type}` : null
      return { apple: linkOf('apple'), google: linkOf('google') }
    },
    check(purpose, ticketId, { expires = '', signature = '' }) {
      const expected = Buffer.from(signatureOf(purpose, ticketId, expires))
      const given = Buffer.from(signature)
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new ForbiddenLinkError()
      if (Number(expires) * 1000 < Date.now()) throw new LinkExpiredError()
    },
  }
}
