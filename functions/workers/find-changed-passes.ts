import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { walletTypes } from '../contract/environment.ts'
import { workers } from '../contract/functions.ts'
import { passChanges } from '../contract/retries.ts'
import { endTurns, pushChanges } from '../domain/passes/push-changes.ts'
import { openClients } from '../runtime/clients.ts'
import { logger } from '../runtime/telemetry.ts'

const { uses, timeoutSeconds } = workers['find-changed-passes']
const clients = await openClients(uses, timeoutSeconds)

/** Looks for changed passes every two seconds until the next run begins. A fault is logged, and the next look tries again. */
export async function handler(): Promise<void> {
  const holder = randomUUID()
  const end = performance.now() + passChanges.runSeconds * 1000
  const look = async (wallet: (typeof walletTypes)[number]) => {
    while (performance.now() < end) {
      const counts = await pushChanges(clients, wallet, holder).catch((error): Record<string, number> => {
        logger.error('Changed passes could not be pushed', { wallet, error })
        return {}
      })
      const isBusy = Object.keys(counts).length > 0
      if (isBusy) logger.info('Wallets were told of changed passes', { wallet, counts })
      else await sleep(passChanges.pauseMs)
    }
  }
  await Promise.all(walletTypes.map(look))
  await endTurns(clients, holder)
}
