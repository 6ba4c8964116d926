import { clientVariables } from '../../functions/contract/clients.ts'
import { walletTypes } from '../../functions/contract/environment.ts'
import { readEnvironment } from '../../functions/runtime/environment.ts'
import { makeWallets, openWalletSettings } from '../../functions/runtime/wallet-source.ts'
import { ensureWalletFile } from '../../functions/wallet/local-wallet-file.ts'
import { StartFailure } from './process/start-failure.ts'
import { setWallets } from './service-environment.ts'

/**
 * Creates wallet settings where there are none, and enables the wallets that the settings configure.
 * @throws StartFailure when existing settings are invalid.
 */
export async function prepareWallets(): Promise<void> {
  const environment = readEnvironment(clientVariables.wallets)
  if (environment.WALLET_FILE) await ensureWalletFile(environment.WALLET_FILE)
  try {
    const wallets = await makeWallets(await openWalletSettings(environment)())
    setWallets(walletTypes.filter((type) => wallets[type]))
  } catch (error) {
    throw new StartFailure(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
