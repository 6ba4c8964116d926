import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { openSecret, SecretsUnavailableError } from '../aws/secrets.ts'
import type { clientVariables } from '../contract/clients.ts'
import type { Environment } from '../contract/environment.ts'
import { fileCheckSeconds, secretCheckSeconds } from '../contract/retries.ts'
import { keepKeys } from '../trust/key-ring.ts'
import { openApplePasses } from '../wallet/apple-pass.ts'
import { openGooglePasses } from '../wallet/google-pass.ts'
import { readPassImages } from '../wallet/pass-images.ts'
import { parseWalletSettings, type WalletSettings } from '../wallet/wallet-settings.ts'
import type { Wallets } from '../wallet/wallets.ts'
import { logger } from './telemetry.ts'

/**
 * Opens the wallet settings in a file or AWS Secrets Manager, or none. A new certificate takes effect without
 * a restart. @throws Error when both are named.
 */
export function openWalletSettings(
  environment: Environment<(typeof clientVariables.wallets)[number]>,
): () => Promise<WalletSettings> {
  const { WALLET_FILE: file, WALLET_SECRET_ARN: arn } = environment
  if (file && arn) throw new Error('Set WALLET_FILE or WALLET_SECRET_ARN, at most one of them: both are set.')
  if (file) return watch(file, () => readSettings(file), fileCheckSeconds)
  if (arn) return watch(arn, openSecret(arn).read, secretCheckSeconds)
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

/** Keeps the known settings in use while Secrets Manager is unavailable. */
function watch(place: string, read: () => Promise<{ version: string; content: string }>, checkSeconds: number) {
  return keepKeys<WalletSettings>(async (known) => {
    try {
      const { version, content } = await read()
      return known?.version === version ? known : { version, keys: parseWalletSettings(content, place) }
    } catch (error) {
      if (!known || !(error instanceof SecretsUnavailableError)) throw error
      logger.warn('Secrets Manager is unavailable; the known wallet settings stay in use.', { reason: error.reason })
      return known
    }
  }, checkSeconds)
}

async function readSettings(file: string) {
  const content = await readFile(file, 'utf8').catch((cause) => {
    throw new Error(`The wallet settings cannot be read: ${file} (WALLET_FILE).`, { cause })
  })
  return { version: createHash('sha256').update(content).digest('hex'), content }
}
