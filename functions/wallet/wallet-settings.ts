import { X509Certificate } from 'node:crypto'
import * as z from 'zod'

const pem = z.string().regex(/^-----BEGIN [A-Z0-9 ]+-----[\s\S]+-----END [A-Z0-9 ]+-----\s*$/, 'must be PEM text')

const certificate = pem.refine(isCertificate, 'must be a readable X.509 certificate')

const apple = z.strictObject({
  passTypeIdentifier: z.string().startsWith('pass.'),
  teamIdentifier: z.string().regex(/^[A-Z0-9]{10}$/, 'must be 10 capital letters and digits'),
  organizationName: z.string().min(1),
  certificate,
  privateKey: pem,
  passphrase: z.string().optional(),
  intermediate: certificate,
  pushServer: z.url().default('https://api.push.apple.com'),
})

const google = z.strictObject({
  issuerId: z.string().regex(/^[0-9]+$/, 'must consist of digits'),
  issuerName: z.string().min(1),
  serviceAccount: z.looseObject({
    client_email: z.email(),
    private_key: pem,
    token_uri: z.url().default('https://oauth2.googleapis.com/token'),
  }),
  apiServer: z.url().default('https://walletobjects.googleapis.com'),
})

const walletSettings = z.strictObject({ apple: apple.optional(), google: google.optional() })

/** The settings for Apple Wallet: the certificate and key of the pass type, and the issuer (WWDR). */
export type AppleSettings = z.output<typeof apple>

/** The settings for Google Wallet: the issuer, and a service account's key in Google's JSON format. */
export type GoogleSettings = z.output<typeof google>

/** The settings of all wallets. A wallet without settings is not offered. */
export type WalletSettings = z.output<typeof walletSettings>

/**
 * Parses the text of a wallet file or secret. @throws Error that names each bad field, and shows no secret.
 */
export function parseWalletSettings(content: string, place: string): WalletSettings {
  const parsed = walletSettings.safeParse(parseJson(content, place))
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole file'}: ${message}`)
    throw new Error(`The wallet settings in ${place} are not valid. ${problems.join('; ')}`)
  }
  const { apple } = parsed.data
  if (apple && new X509Certificate(apple.certificate).issuer !== new X509Certificate(apple.intermediate).subject)
    throw new Error(
      `The wallet settings in ${place} are not valid. apple.intermediate: must be the certificate that issued apple.certificate`,
    )
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
    // The message of JSON.parse would quote the text, which holds secrets.
    throw new Error(`The wallet settings in ${place} are not valid JSON.`)
  }
}
