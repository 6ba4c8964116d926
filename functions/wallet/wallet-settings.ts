import { X509Certificate } from 'node:crypto'
import * as z from 'zod'

const pem = z.string().regex(/^-----BEGIN [A-Z0-9 ]+-----[\s\S]+-----END [A-Z0-9 ]+-----\s*$/, 'must be PEM text')

const certificate = pem.refine(isCertificate, 'is no certificate that can be read')

const apple = z.strictObject({
  passTypeIdentifier: z.string().startsWith('pass.'),
  teamIdentifier: z.string().regex(/^[A-Z0-9]{10}$/, 'must be the 10 letters and digits of the team'),
  organizationName: z.string().min(1),
  certificate,
  privateKey: pem,
  passphrase: z.string().optional(),
  intermediate: certificate,
})

const google = z.strictObject({
  issuerId: z.string().regex(/^[0-9]+$/, 'must be digits'),
  issuerName: z.string().min(1),
  serviceAccount: z.looseObject({ client_email: z.email(), private_key: pem }),
})

const walletSettings = z.strictObject({ apple: apple.optional(), google: google.optional() })

/**
 * Holds what makes passes for Apple Wallet: the pass type's certificate and key, and the certificate of Apple's that vouches for it (WWDR).
 * Source: Apple, "Building a Pass".
 */
export type AppleSettings = z.output<typeof apple>

/**
 * Holds what makes passes for Google Wallet: the issuer's account, and the key of a service account as Google gives it out, a JSON file.
 * Source: Google Wallet, "Create passes using JWT".
 */
export type GoogleSettings = z.output<typeof google>

/** Holds what makes passes; a wallet that is not there has none. */
export type WalletSettings = z.output<typeof walletSettings>

/**
 * Parses the text of a wallet file or secret.
 * @param place Names where it comes from, for the message.
 * @throws Error that names what is wrong and shows no secret.
 */
export function parseWalletSettings(content: string, place: string): WalletSettings {
  const parsed = walletSettings.safeParse(parseJson(content, place))
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'all of it'}: ${message}`)
    throw new Error(`The wallet settings in ${place} are not valid. ${problems.join('; ')}`)
  }
  const { apple } = parsed.data
  if (apple && new X509Certificate(apple.certificate).issuer !== new X509Certificate(apple.intermediate).subject)
    throw new Error(`The wallet settings in ${place} are not valid. apple.intermediate: is not what issued apple.certificate`)
  return parsed.data
}

function isCertificate(content: string): boolean {
  try {
    return new X509Certificate(content) !== undefined
  } catch {
    return false
  }
}

function parseJson(content: string, place: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    // What JSON.parse says quotes the text.
    throw new Error(`The wallet settings in ${place} are not JSON.`)
  }
}
