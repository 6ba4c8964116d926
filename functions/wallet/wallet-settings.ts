import { X509Certificate } from 'node:crypto'
import * as z from 'zod'
import { jsonText } from '../contract/json-text.ts'

const pem = z.string().regex(/^-----BEGIN [A-Z0-9 ]+-----[\s\S]+-----END [A-Z0-9 ]+-----\s*$/, 'must be PEM text')

const certificate = pem.refine(isCertificate, { message: 'must be a readable X.509 certificate', abort: true })

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

const walletSettings = z
  .strictObject({ apple: apple.optional(), google: google.optional() })
  .refine(({ apple }) => !apple || isIssued(apple), {
    path: ['apple', 'intermediate'],
    message: 'must be the certificate that issued apple.certificate',
  })

/** The settings for Apple Wallet: the certificate and key of the pass type, and Apple's intermediate certificate (WWDR). */
export type AppleSettings = z.output<typeof apple>

/** The settings for Google Wallet: the issuer, and a service account's key in Google's JSON format. */
export type GoogleSettings = z.output<typeof google>

/** The settings of all wallets. One without settings is not offered. */
export type WalletSettings = z.output<typeof walletSettings>

/** Parses the text of a wallet file or secret. @throws Error that names each invalid field, and shows no secret. */
export function parseWalletSettings(content: string, place: string): WalletSettings {
  const parsed = jsonText(walletSettings).safeParse(content)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole file'}: ${message}`)
  throw new Error(`The wallet settings in ${place} are invalid. ${problems.join('; ')}`)
}

function isIssued({ certificate, intermediate }: AppleSettings): boolean {
  return new X509Certificate(certificate).issuer === new X509Certificate(intermediate).subject
}

function isCertificate(content: string): boolean {
  try {
    return new X509Certificate(content) !== undefined
  } catch {
    return false
  }
}
