import { workers } from '../contract/functions.ts'
import { tellWallets } from '../domain/passes/tell-wallets.ts'
import { openClients } from '../runtime/clients.ts'
import { traceInvocation } from '../runtime/tracing.ts'

const { uses, timeoutSeconds } = workers['push-passes']

/**
 * Tells wallets of changed passes. Runs outside the VPC, which has no internet access, and so without the database.
 * @throws ZodError when the event is malformed.
 */
export async function handler(event: unknown) {
  const tell = async (updates: unknown) => await tellWallets(await openClients(uses, timeoutSeconds), updates)
  return await traceInvocation('push-passes', event, tell)
}
