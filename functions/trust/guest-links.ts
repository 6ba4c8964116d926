import type { WalletType } from '../contract/environment.ts'
import { errorClass } from '../errors.ts'
import { epochSeconds } from './byte-writing.ts'
import { isSame, signText } from './link-signature.ts'

/** What a guest link opens: the first part of its path. */
export type LinkPurpose = 'qr' | 'pdf' | 'png' | 't' | 'calendar' | 'wallet'

/** The web service of a pass, named as in the pass. */
export interface PassService {
  webServiceURL: string
  authenticationToken: string
}

/** Thrown when a wallet's call does not carry the token of its pass. */
export const PassTokenWrongError = errorClass('PASS_TOKEN_WRONG', () => 'The token of the pass is missing or wrong.')

/** An error for a guest link that this service did not sign. */
export const ForbiddenLinkError = errorClass('FORBIDDEN', () => 'The signature of this link is missing or wrong.')

/** An error for a guest link that has expired, or whose ticket was revoked. */
export const LinkExpiredError = errorClass(
  'LINK_EXPIRED',
  (reason: string = 'This link has expired. Ask for a new one.') => reason,
)

/** Makes and checks the signed links that guests open without a login. */
export type GuestLinks = ReturnType<typeof makeGuestLinks>

/** Makes the maker and checker of links. They are signed with HMAC-SHA256 over purpose, ticket id and expiry. */
export function makeGuestLinks(options: {
  secret: Buffer
  publicUrl: string
  lifetimeDays: number
  wallets?: readonly WalletType[]
}) {
  const base = options.publicUrl.replace(/\/+$/, '')
  const signatureOf = (...parts: (string | number)[]) => signText(options.secret, parts.join(':'))
  const laterOn = () => String(epochSeconds(new Date()) + options.lifetimeDays * 86_400)
  const make = (purpose: LinkPurpose, ticketId: number, expires = laterOn()) =>
    `${base}/${purpose}/${ticketId}?expires=${expires}&signature=${signatureOf(purpose, ticketId, expires)}`
  return {
    /** Makes a link that is valid for the configured lifetime, or until `expires`, that of the link it accompanies. */
    make,
    /** Makes the links that add a ticket to the wallets on offer; null for the others. */
    makeWallets(ticketId: number, expires?: string): Record<WalletType, string | null> {
      const linkOf = (type: WalletType) =>
        options.wallets?.includes(type) ? `${make('wallet', ticketId, expires)}&type=${type}` : null
      return { apple: linkOf('apple'), google: linkOf('google') }
    },
    /** Returns the address where Apple Wallet asks for changes of a pass, and the token that it sends. Both never change. */
    passService: (serialNumber: string): PassService => ({
      webServiceURL: `${base}/wallet/apple`,
      authenticationToken: signatureOf('apple-pass', serialNumber),
    }),
    /** Checks the Authorization header of such a request. @throws PassTokenWrongError. */
    checkPass(serialNumber: string, authorization: string): void {
      if (!isSame(authorization, `ApplePass ${signatureOf('apple-pass', serialNumber)}`)) throw new PassTokenWrongError()
    },
    /** Checks the parameters of a link. @throws ForbiddenLinkError or LinkExpiredError. */
    check(
      purpose: LinkPurpose,
      ticketId: number,
      { expires = '', signature = '' }: { expires?: string | undefined; signature?: string | undefined },
    ): void {
      if (!isSame(signature, signatureOf(purpose, ticketId, expires))) throw new ForbiddenLinkError()
      if (Number(expires) * 1000 < Date.now()) throw new LinkExpiredError()
    },
  }
}
