import { createHmac, timingSafeEqual } from 'node:crypto'
import type { WalletType } from '../contract/environment.ts'
import { errorClass, TicketGenerationError } from '../errors.ts'

/** What a guest link opens: the first part of its path. */
export type LinkPurpose = 'qr' | 'pdf' | 'png' | 't' | 'calendar' | 'wallet'

/** The web service of a pass, named as in the pass. */
export interface PassService {
  webServiceURL: string
  authenticationToken: string
}

/** Makes and checks the signed links that guests open without a login. */
export interface GuestLinks {
  /** Makes a link for the configured lifetime, or until the `expires` of the link it comes with. */
  make(purpose: LinkPurpose, ticketId: number, expires?: string): string
  /** Makes the links that put a ticket into the wallets that are offered; null for the others. */
  makeWallets(ticketId: number, expires?: string): Record<WalletType, string | null>
  /** Returns where Apple Wallet asks for the changes of a pass, and the token that it sends along; they never change. */
  passService(serialNumber: string): PassService
  /** Checks the header Authorization of such a call. @throws PassTokenWrongError. */
  checkPass(serialNumber: string, authorization: string): void
  /** Checks the parameters of a link. @throws ForbiddenLinkError or LinkExpiredError. */
  check(purpose: LinkPurpose, ticketId: number, query: { expires?: string | undefined; signature?: string | undefined }): void
}

/** Thrown when a wallet's call does not carry the token of its pass. */
export const PassTokenWrongError = errorClass('PASS_TOKEN_WRONG', () => 'The token of the pass is missing or wrong.')

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
  const sign = (content: string) => createHmac('sha256', options.secret).update(content).digest('base64url')
  const signatureOf = (purpose: LinkPurpose, ticketId: number, expires: string) => sign(`${purpose}:${ticketId}:${expires}`)
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
    passService: (serialNumber) => ({
      webServiceURL: `${base}/wallet/apple`,
      authenticationToken: sign(`apple-pass:${serialNumber}`),
    }),
    checkPass(serialNumber, authorization) {
      if (!isSame(authorization, `ApplePass ${sign(`apple-pass:${serialNumber}`)}`)) throw new PassTokenWrongError()
    },
    check(purpose, ticketId, { expires = '', signature = '' }) {
      if (!isSame(signature, signatureOf(purpose, ticketId, expires))) throw new ForbiddenLinkError()
      if (Number(expires) * 1000 < Date.now()) throw new LinkExpiredError()
    },
  }
}

/** Compares texts in a time that tells nothing of where they differ. */
function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}
