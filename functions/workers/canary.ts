import { workers } from '../contract/functions.ts'
import { runCanary } from '../domain/health/run-canary.ts'
import { openClients } from '../runtime/clients.ts'
import { logger } from '../runtime/telemetry.ts'

const clients = await openClients(workers.canary.uses)

/**
 * Makes and checks a ticket through the public API.
 * @throws Error of the step that failed, which Lambda logs and counts for the alarm "canary-failing".
 */
export async function handler(): Promise<void> {
  const startedAt = performance.now()
  await runCanary(clients)
  logger.info('The canary has its ticket', { durationMs: Math.round(performance.now() - startedAt) })
}
