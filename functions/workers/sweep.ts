import { workers } from '../contract/functions.ts'
import { sweep } from '../domain/batches/sweep.ts'
import { openClients } from '../runtime/clients.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { emitMetrics, logger } from '../runtime/telemetry.ts'

const { uses, timeoutSeconds, variables } = workers.sweep
const { SWEEP_AFTER_SECONDS: afterSeconds, TIDY_AFTER_SECONDS: orphanedAfterSeconds } = readEnvironment(variables)
const clients = { ...(await openClients(uses, timeoutSeconds)), afterSeconds, orphanedAfterSeconds }

/**
 * Repairs what a crash or a lost message left behind.
 * @throws AggregateError of the steps that failed, once all steps have run and been logged.
 */
export async function handler(): Promise<void> {
  // Old keys are deleted every day: that repairs nothing.
  const { stallSeconds, faults, keysDeleted: _, ...counts } = await sweep(clients)
  if (stallSeconds !== undefined) emitMetrics([['batch_stall_seconds', [stallSeconds]]])
  emitMetrics([['tickets_sent_again_total', [counts.sentAgain]]])
  if (Object.values(counts).some((count) => count > 0)) logger.warn('The sweeper repaired tickets or batches', counts)
  for (const error of faults) logger.error('A step of the sweep failed', { error })
  if (faults.length > 0) throw new AggregateError(faults, 'Steps of the sweep failed; the next sweep retries them.')
}
