import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type WalletType, walletTypes } from '../contract/environment.ts'
import { workers } from '../contract/functions.ts'
import { passChanges } from '../contract/retries.ts'
import { endTurns, type PushOutcome, pushChanges } from '../domain/passes/push-changes.ts'
import { openClients } from '../runtime/clients.ts'
import { emitMetrics, logger } from '../runtime/telemetry.ts'

const { uses, timeoutSeconds } = workers['find-changed-passes']
const clients = await openClients(uses, timeoutSeconds)

/** Looks for changed passes every two seconds until the next run begins. After a fault, which is logged, it retries. */
export async function handler(): Promise<void> {
  const holder = randomUUID()
  const end = performance.now() + passChanges.runSeconds * 1000
  const watch = async (wallet: WalletType) => {
    while (performance.now() < end) {
      const outcomes = await pushChanges(clients, wallet, holder).catch((error): PushOutcome[] => {
        logger.error('Changed passes could not be pushed', { wallet, error })
        return [{ outcome: 'later' }]
      })
      report(wallet, outcomes)
      if (outcomes.every(({ outcome }) => outcome === 'later')) await sleep(passChanges.pauseMs)
    }
  }
  await Promise.all(walletTypes.map(watch))
  await endTurns(clients, holder)
}

function report(wallet: WalletType, outcomes: PushOutcome[]): void {
  for (const [outcome, those] of Map.groupBy(outcomes, (one) => one.outcome)) {
    emitMetrics([['passes_told_total', [those.length]]], { outcome })
    const reasons = [...new Set(those.flatMap(({ reason = [] }) => reason))]
    logger.info('Wallets were told of changed passes', { wallet, outcome, count: those.length, reasons })
  }
}
