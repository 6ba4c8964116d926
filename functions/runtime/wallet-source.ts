import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { openSecret } from '../aws/secrets.ts'
import type { clientVariables } from '../contract/clients.ts'
import type { Environment } from '../contract/environment.ts'
import { fileCheckSeconds, secretCheckSeconds } from '../contract/retries.ts'
import { openApplePasses, readPassImages } from '../wallet/apple-pass.ts'
import { openGooglePasses } from '../wallet/google-pass.ts'
import { parseWalletSettings, type WalletSettings } from '../wallet/wallet-settings.ts'
import type { Wallets } from '../wallet/wallets.ts'
import { watchSecret } from './watch-secret.ts'

/**
 * Opens the wallet settings in a file or AWS Secrets Manager, or none. A new certificate takes effect without
 * a restart. @throws Error when both are named.
 */
export function openWalletSettings(
  environment: Environment<(typeof clientVariables.wallets)[number]>,
): () => Promise<WalletSettings> {
  const { WALLET_FILE: file, WALLET_SECRET_ARN: arn } = environment
  if (file && arn) throw new Error('Set WALLET_FILE or WALLET_SECRET_ARN, at most one of them: both are set.')
  const name = 'wallet settings'
  const parse = (content: string) => parseWalletSettings(content, file ?? arn ?? '')
  if (file) return watchSecret({ name, parse, read: () => readSettings(file), checkSeconds: fileCheckSeconds })
  if (arn) return watchSecret({ name, parse, read: openSecret(arn).read, checkSeconds: secretCheckSeconds })
  const none: WalletSettings = {}
  return () => Promise.resolve(none)
}

/** Opens the wallets that the settings name. @throws Error when a key or certificate is invalid. */
export async function makeWallets({ apple, google }: WalletSettings): Promise<Wallets> {
  return {
    apple: apple ? openApplePasses(apple, await readPassImages()) : null,
    google: google ? await openGooglePasses(google) : null,
  }
}

async function readSettings(file: string) {
  const content = await readFile(file, 'utf8').catch((cause) => {
    throw new Error(`The wallet settings cannot be read: ${file} (WALLET_FILE).`, { cause })
  })
  return { version: createHash('sha256').update(content).digest('hex'), content }
}
